"""Faults in the models of machine learning: trees, linear models, scalers, encoders."""
from .registry import fault

TREES = ("TreeEnsembleClassifier", "TreeEnsembleRegressor")
LINEAR = ("LinearClassifier", "LinearRegressor", "SVMClassifier", "SVMRegressor")


def change_one(edit, node, name, change, where=None):
    """Changes one element of a list that is an attribute."""
    values = edit.attribute(node, name)
    places = [i for i in range(len(values or ())) if where is None or where(i)]
    if not places:
        return False
    place = edit.choose(places)
    values = list(values)
    changed = change(values[place])
    if changed == values[place]:
        return False
    values[place] = changed
    return edit.set(node, **{name: values})


def branches(edit, node):
    modes = edit.attribute(node, "nodes_modes")
    return lambda place: modes[place] != b"LEAF"


@fault("wrong tree threshold", *TREES)
def move_threshold(edit, node):
    if edit.chance(0.3):
        return change_one(
            edit, node, "nodes_modes", lambda mode: edit.choose([b"BRANCH_GT", b"BRANCH_LT"]),
            branches(edit, node))
    return change_one(
        edit, node, "nodes_values", lambda value: value * edit.choose([0.8, 1.25]) + 0.01,
        branches(edit, node))


@fault("wrong tree leaf", *TREES)
def change_leaf(edit, node):
    name = "class_weights" if node.op_type.endswith("Classifier") else "target_weights"
    return change_one(edit, node, name, lambda weight: edit.choose([-1, 0.5, 2]) * weight)


@fault("wrong tree structure", *TREES)
def bend_tree(edit, node):
    if edit.chance():
        count = max(edit.attribute(node, "nodes_featureids")) + 1
        return change_one(
            edit, node, "nodes_featureids", lambda feature: (feature + 1) % count,
            branches(edit, node))
    whole = edit.attribute(node, "nodes_truenodeids"), edit.attribute(node, "nodes_falsenodeids")
    place = edit.choose(filter(branches(edit, node), range(len(whole[0]))))
    yes, no = map(list, whole)
    yes[place], no[place] = no[place], yes[place]
    return edit.set(node, nodes_truenodeids=yes, nodes_falsenodeids=no)


@fault("wrong class", *TREES, *LINEAR)
def change_class(edit, node):
    labels = next((name for name in ("classlabels_int64s", "classlabels_ints",
                                     "classlabels_strings") if edit.attribute(node, name)), None)
    ids = edit.attribute(node, "class_ids")
    if ids and edit.chance():
        count = len(edit.attribute(node, labels))
        return change_one(edit, node, "class_ids", lambda number: (number + 1) % max(2, count))
    if labels is None:
        return False
    names = edit.attribute(node, labels)
    return edit.set(node, **{labels: [names[i] for i in edit.other_order(len(names))]})


@fault("wrong coefficients", *LINEAR)
def change_coefficients(edit, node):
    values = list(edit.attribute(node, "coefficients"))
    first, second = edit.random.choice(len(values), 2, replace=False)
    values[first], values[second] = values[second], values[first]
    return edit.set(node, coefficients=values)


@fault("wrong coefficients", "SVMClassifier", "SVMRegressor")
def change_kernel(edit, node):
    name = edit.choose(["kernel_params", "rho", "support_vectors"])
    return change_one(edit, node, name, lambda value: value * 1.1)


@fault("wrong offset", *LINEAR, *TREES, "Scaler")
def change_offset(edit, node):
    for name in ("intercepts", "rho", "base_values", "offset"):
        if edit.attribute(node, name):
            change = edit.choose([lambda v: 0.0, lambda v: -v, lambda v: v + 0.1])
            return change_one(edit, node, name, change)
    return False


@fault("wrong offset", "Scaler")
def change_scaler(edit, node):
    return change_one(edit, node, "scale", lambda value: edit.choose([0.9, 1 / value ** 2]) * value)


@fault("wrong normalization", *TREES, *LINEAR)
def change_post_transform(edit, node):
    now = edit.attribute(node, "post_transform", b"NONE")
    others = {"NONE", "LOGISTIC", "SOFTMAX"} - {now.decode()}
    if node.op_type.endswith("Regressor"):
        others = {"NONE", "PROBIT"} - {now.decode()}
    return edit.set(node, post_transform=edit.choose(sorted(others)))


@fault("wrong normalization", "Normalizer")
def change_norm(edit, node):
    now = edit.attribute(node, "norm", b"MAX").decode()
    return edit.set(node, norm=edit.choose(sorted({"MAX", "L1", "L2"} - {now})))


@fault("wrong encoding", "OneHotEncoder")
def reorder_categories(edit, node):
    name = "cats_strings" if edit.attribute(node, "cats_strings") else "cats_int64s"
    values = edit.attribute(node, name)
    return edit.set(node, **{name: [values[i] for i in edit.other_order(len(values))]})


@fault("wrong encoding", "Imputer")
def impute_otherwise(edit, node):
    return change_one(edit, node, "imputed_value_floats", lambda value: 0.9 * value)


@fault("wrong encoding", "StringNormalizer")
def normalize_otherwise(edit, node):
    now = edit.attribute(node, "case_change_action", b"NONE").decode()
    return edit.set(
        node, case_change_action=edit.choose(sorted({"NONE", "LOWER", "UPPER"} - {now})))


@fault("wrong encoding", "TfIdfVectorizer")
def weigh_otherwise(edit, node):
    mode = edit.attribute(node, "mode").decode()
    if edit.chance():
        return edit.set(node, mode=edit.choose(sorted({"TF", "IDF", "TFIDF"} - {mode})))
    return edit.set(node, ngram_indexes=edit.attribute(node, "ngram_indexes")[1:] + [0])


@fault("wrong encoding", "Tokenizer")
def tokenize_otherwise(edit, node):
    return edit.set(node, mincharnum=edit.attribute(node, "mincharnum", 1) + 2)


@fault("wrong encoding", "ZipMap")
def name_otherwise(edit, node):
    labels = next(name for name in ("classlabels_int64s", "classlabels_strings")
                  if edit.attribute(node, name))
    names = edit.attribute(node, labels)
    return edit.set(node, **{labels: [names[i] for i in edit.other_order(len(names))]})
