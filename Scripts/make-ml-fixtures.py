#!/usr/bin/env python3
# /// script
# requires-python = ">=3.11"
# dependencies = [
#   "lightgbm==4.7.0", "numpy==2.4.6", "onnx==1.23.2", "onnxmltools==1.16.0",
#   "onnxruntime==1.32.0", "scikit-learn==1.9.1", "skl2onnx==1.20.0", "xgboost-cpu==3.2.0",
# ]
# ///
"""Writes the small models in Fixtures/Models/ml, with inputs and what the frameworks make of them.

Usage: Scripts/make-ml-fixtures.py [FOLDER [NAME...]]

Each model is trained on made-up data, exported by its framework's converter, and goes into a folder
of its own: model.onnx, inputs.npz, outputs.npz. The outputs are the framework's. Operators that no
converter writes are in models made by hand, with outputs that follow from the specification.

An array NAME.keys beside NAME.values is a map; as an output NAME.values has a row for each map.
"""
import pathlib
import sys

import numpy as np
import onnx
from onnx import TensorProto as T
from onnx import helper as h
from onnx import numpy_helper

FOLDER = pathlib.Path(__file__).resolve().parent.parent / "Fixtures/Models/ml"
ROWS = 12
FIXTURES = {}


def fixture(make):
    """Registers a function that returns a model, its inputs and its outputs."""
    FIXTURES[make.__name__.replace("_", "-")] = make
    return make


def save(folder, name, model, inputs, outputs):
    folder = folder / name
    folder.mkdir(parents=True, exist_ok=True)
    model.graph.name = name  # converters make up another one each time
    (folder / "model.onnx").write_bytes(model.SerializeToString(deterministic=True))
    for file, arrays in (("inputs", inputs), ("outputs", outputs)):
        texts = {k: v.astype(str) if v.dtype == object else v for k, v in arrays.items()}
        np.savez_compressed(folder / f"{file}.npz", **texts)


# Data

def features(count=4, rows=150, kind=np.float32, seed=0):
    return np.random.default_rng(seed).normal(size=(rows, count)).astype(kind)


def classes(x, count):
    """Classes that can be learned from the first two features."""
    angle = np.arctan2(x[:, 1], x[:, 0]) + 0.3 * x[:, -1]
    return (np.floor((angle / np.pi + 1) * 4).astype(np.int64) % count)


def response(x):
    return (x[:, 0] * 2 - x[:, 1] ** 2 + np.sin(x[:, 2])).astype(np.float32)


# scikit-learn

def sklearn_model(model, x, *outputs, options=None, opset=None, types=None):
    """Converts a trained model; `outputs` are what it computes for the first rows of `x`."""
    from skl2onnx import convert_sklearn
    from skl2onnx.common.data_types import (
        DoubleTensorType, FloatTensorType, Int64TensorType, StringTensorType)
    if types is None:
        kind = {"f4": FloatTensorType, "f8": DoubleTensorType, "i8": Int64TensorType}.get(
            x.dtype.str[1:], StringTensorType)
        types = [("x", kind([None, x.shape[1]]))]
    converted = convert_sklearn(
        model, initial_types=types, target_opset=opset,
        options={id(model): options} if options else None)
    names = [value.name for value in converted.graph.output]
    results = {name: np.asarray(output) for name, output in zip(names, outputs)}
    return converted, {} if x is None else {"x": x[:ROWS]}, results


def classifier(model, x, y, options=None, **rest):
    model.fit(x, y)
    sample = x[:ROWS]
    return sklearn_model(
        model, x, model.predict(sample), model.predict_proba(sample).astype(np.float32),
        options={"zipmap": False, **(options or {})}, **rest)


def regressor(model, x, y, **rest):
    model.fit(x, y)
    prediction = model.predict(x[:ROWS]).astype(np.float32)
    return sklearn_model(model, x, prediction.reshape(len(prediction), -1), **rest)


def transformer(model, x, **rest):
    model.fit(x)
    result = model.transform(x[:ROWS])
    result = result.toarray() if hasattr(result, "toarray") else result
    return sklearn_model(
        model, x, result if result.dtype == np.int64 else result.astype(np.float32), **rest)


@fixture
def logistic_strings():
    from sklearn.linear_model import LogisticRegression
    x = features()
    y = np.array(["no", "yes"])[classes(x, 2)]
    model = LogisticRegression().fit(x, y)
    converted, inputs, _ = sklearn_model(model, x)
    label, probabilities = (output.name for output in converted.graph.output)
    return converted, inputs, {
        label: model.predict(x[:ROWS]), f"{probabilities}.keys": model.classes_,
        f"{probabilities}.values": model.predict_proba(x[:ROWS]).astype(np.float32)}


@fixture
def logistic_three_classes():
    from sklearn.linear_model import LogisticRegression
    x = features()
    return classifier(LogisticRegression(), x, classes(x, 3) + 5)


@fixture
def one_against_rest():
    from sklearn.linear_model import LogisticRegression
    from sklearn.multiclass import OneVsRestClassifier
    x = features()
    return classifier(OneVsRestClassifier(LogisticRegression()), x, classes(x, 3))


@fixture
def linear_targets():
    from sklearn.linear_model import LinearRegression
    x = features()
    return regressor(LinearRegression(), x, np.stack([response(x), x[:, 3]], axis=1))


@fixture
def svc_linear():
    from sklearn.svm import SVC
    x = features()
    return classifier(SVC(kernel="linear", probability=True, random_state=0), x, classes(x, 2))


@fixture
def svc_polynomial():
    from sklearn.svm import SVC
    x = features(rows=80)
    model = SVC(kernel="poly", degree=2, coef0=1, probability=True, random_state=0)
    return classifier(model, x, np.array(["a", "b", "c"])[classes(x, 3)])


@fixture
def svc_radial_scores():
    from sklearn.svm import SVC
    x = features(rows=80)
    model = SVC(kernel="rbf", decision_function_shape="ovo").fit(x, classes(x, 3))
    sample = x[:ROWS]
    return sklearn_model(
        model, x, model.predict(sample), model.decision_function(sample).astype(np.float32),
        options={"zipmap": False, "raw_scores": True})


@fixture
def svc_sigmoid_double():
    from sklearn.svm import NuSVC
    x = features(rows=80, kind=np.float64)
    model = NuSVC(kernel="sigmoid", nu=0.3, gamma=0.2, probability=True, random_state=0)
    return classifier(model, x, classes(x, 4))


@fixture
def svr_radial():
    from sklearn.svm import SVR
    x = features(rows=60)
    return regressor(SVR(kernel="rbf"), x, response(x))


@fixture
def svr_polynomial():
    from sklearn.svm import NuSVR
    x = features(rows=60)
    return regressor(NuSVR(kernel="poly", degree=3, coef0=0.5), x, response(x))


@fixture
def one_class_svm():
    from sklearn.svm import OneClassSVM
    x = features(rows=60)
    model = OneClassSVM(nu=0.3).fit(x)
    sample = x[:ROWS]
    return sklearn_model(
        model, x, model.predict(sample).reshape(-1, 1),
        model.decision_function(sample).reshape(-1, 1).astype(np.float32))


@fixture
def random_forest():
    from sklearn.ensemble import RandomForestClassifier
    x = features()
    model = RandomForestClassifier(5, max_depth=3, random_state=0)
    return classifier(model, x, classes(x, 3))


@fixture
def random_forest_binary_strings():
    from sklearn.ensemble import RandomForestClassifier
    x = features()
    model = RandomForestClassifier(10, max_depth=3, random_state=0)
    return classifier(model, x, np.array(["no", "yes"])[classes(x, 2)])


@fixture
def tree_labels():
    """Two labels at once."""
    from sklearn.tree import DecisionTreeClassifier
    x = features(rows=40)
    y = np.stack([classes(x, 3), classes(-x, 3)], axis=1)
    # The converter rounds probabilities up, so that leaves must be pure.
    model = DecisionTreeClassifier(random_state=0).fit(x, y)
    sample = x[:ROWS]
    return sklearn_model(
        model, x, model.predict(sample), np.stack(model.predict_proba(sample)).astype(np.float32),
        options={"zipmap": False})


@fixture
def extra_trees_targets():
    from sklearn.ensemble import ExtraTreesRegressor
    x = features()
    model = ExtraTreesRegressor(4, max_depth=3, random_state=0)
    return regressor(model, x, np.stack([response(x), x[:, 3]], axis=1))


@fixture
def gradient_boosting_binary():
    from sklearn.ensemble import GradientBoostingClassifier
    x = features()
    return classifier(
        GradientBoostingClassifier(n_estimators=8, max_depth=2, random_state=0), x, classes(x, 2))


@fixture
def gradient_boosting_three_classes():
    from sklearn.ensemble import GradientBoostingClassifier
    x = features()
    return classifier(
        GradientBoostingClassifier(n_estimators=4, max_depth=2, random_state=0), x, classes(x, 3))


@fixture
def isolation_forest():
    from sklearn.ensemble import IsolationForest
    x = features(rows=60)
    model = IsolationForest(n_estimators=2, max_samples=8, random_state=0).fit(x)
    sample = x[:ROWS]
    return sklearn_model(
        model, x, model.predict(sample).reshape(-1, 1),
        model.decision_function(sample).reshape(-1, 1).astype(np.float32),
        opset={"": 15, "ai.onnx.ml": 3})


@fixture
def forest_double():
    """Thresholds and votes of 64 bits, in tensors."""
    from sklearn.ensemble import RandomForestRegressor
    x = features(kind=np.float64)
    model = RandomForestRegressor(4, max_depth=3, random_state=0).fit(x, response(x))
    prediction = model.predict(x[:ROWS]).reshape(-1, 1)
    return sklearn_model(model, x, prediction, opset={"": 17, "ai.onnx.ml": 3})


@fixture
def voting():
    from sklearn.ensemble import VotingClassifier
    from sklearn.linear_model import LogisticRegression
    from sklearn.naive_bayes import GaussianNB
    from sklearn.tree import DecisionTreeClassifier
    x = features()
    model = VotingClassifier(
        [("a", LogisticRegression()), ("b", GaussianNB()),
         ("c", DecisionTreeClassifier(max_depth=3, random_state=0))],
        voting="soft", flatten_transform=False)
    return classifier(model, x, classes(x, 3))


@fixture
def ada_boost():
    from sklearn.ensemble import AdaBoostClassifier
    x = features()
    return classifier(AdaBoostClassifier(n_estimators=3, random_state=0), x, classes(x, 3))


@fixture
def calibrated():
    from sklearn.calibration import CalibratedClassifierCV
    from sklearn.svm import LinearSVC
    x = features()
    return classifier(CalibratedClassifierCV(LinearSVC(random_state=0), cv=2), x, classes(x, 2))


@fixture
def bins_one_hot():
    from sklearn.preprocessing import KBinsDiscretizer
    return transformer(
        KBinsDiscretizer(4, encode="onehot-dense", strategy="uniform"), features(2))


@fixture
def bins_ordinal():
    from sklearn.preprocessing import KBinsDiscretizer
    return transformer(KBinsDiscretizer(3, encode="ordinal", strategy="uniform"), features(2))


def words(columns=2, rows=40, seed=0):
    rng = np.random.default_rng(seed)
    return np.array(["red", "green", "blue", "Grün"])[rng.integers(0, 4, (rows, columns))]


@fixture
def one_hot_strings():
    """The last row has a word that training did not see."""
    from sklearn.preprocessing import OneHotEncoder
    x = words().astype(object)
    model = OneHotEncoder(handle_unknown="ignore", sparse_output=False).fit(x)
    x[ROWS - 1] = ["unknown", "red"]
    return sklearn_model(model, x, model.transform(x[:ROWS]).astype(np.float32))


@fixture
def one_hot_integers():
    from sklearn.preprocessing import OneHotEncoder
    x = np.random.default_rng(0).integers(-2, 3, (40, 3))
    model = OneHotEncoder(handle_unknown="ignore", sparse_output=False).fit(x)
    x[0] = [9, 0, 1]
    return sklearn_model(model, x, model.transform(x[:ROWS]).astype(np.float32))


@fixture
def ordinal_strings():
    from sklearn.preprocessing import OrdinalEncoder
    x = words().astype(object)
    model = OrdinalEncoder(dtype=np.int64, handle_unknown="use_encoded_value", unknown_value=-1)
    model.fit(x)
    x[1] = ["unknown", "blue"]
    return sklearn_model(model, x, model.transform(x[:ROWS]))


@fixture
def label_encoder():
    from sklearn.preprocessing import LabelEncoder
    from skl2onnx.common.data_types import StringTensorType
    x = words(1)[:, 0].astype(object)
    model = LabelEncoder().fit(x)
    return sklearn_model(
        model, x, model.transform(x[:ROWS]), types=[("x", StringTensorType([None]))])


@fixture
def target_encoder():
    from sklearn.preprocessing import TargetEncoder
    x = np.random.default_rng(0).integers(0, 4, (80, 2))
    model = TargetEncoder(random_state=0).fit(x, x[:, 0] * 1.5 - x[:, 1])
    return sklearn_model(model, x, model.transform(x[:ROWS]).astype(np.float32))


@fixture
def normalizer_sum():
    from sklearn.preprocessing import Normalizer
    return transformer(Normalizer("l1"), features(3))


@fixture
def normalizer_length():
    from sklearn.preprocessing import Normalizer
    return transformer(Normalizer("l2"), features(3))


@fixture
def normalizer_greatest():
    from sklearn.preprocessing import Normalizer
    return transformer(Normalizer("max"), abs(features(3)))


@fixture
def imputer_missing():
    from sklearn.impute import SimpleImputer
    x = features(3)
    x[np.random.default_rng(1).random(x.shape) < 0.3] = np.nan
    return transformer(SimpleImputer(strategy="mean"), x)


@fixture
def binarized_scaled():
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import Binarizer, MinMaxScaler, RobustScaler
    x = features(3)
    return transformer(make_pipeline(RobustScaler(), MinMaxScaler(), Binarizer(threshold=0.5)), x)


@fixture
def dictionary():
    from sklearn.feature_extraction import DictVectorizer
    from skl2onnx.common.data_types import DictionaryType, FloatTensorType, StringTensorType
    rows = [{"height": 1.75, "weight": 70.0}, {"height": 1.6, "age": 31.0}]
    model = DictVectorizer(sparse=False).fit(rows)
    given = {"height": 1.5, "other": 3.0, "age": 20.0}
    types = [("x", DictionaryType(StringTensorType([1]), FloatTensorType([])))]
    converted, _, outputs = sklearn_model(
        model, None, model.transform([given]).astype(np.float32), types=types)
    values = np.array(list(given.values()), np.float32)
    return converted, {"x.keys": np.array(list(given)), "x.values": values}, outputs


# xgboost and lightgbm

def boosted(convert, model, x, outputs):
    from onnxmltools.convert.common.data_types import FloatTensorType
    converted = convert(model, initial_types=[("x", FloatTensorType([None, x.shape[1]]))])
    return converted, {"x": x[:ROWS]}, dict(
        zip((output.name for output in converted.graph.output), outputs))


def xgboost_model(model, x, y):
    from onnxmltools import convert_xgboost
    model.fit(x, y)
    prediction = model.predict(x[:ROWS])
    if not hasattr(model, "predict_proba"):
        return boosted(convert_xgboost, model, x, [prediction.reshape(len(prediction), -1)])
    return boosted(
        convert_xgboost, model, x,
        [prediction.astype(np.int64), model.predict_proba(x[:ROWS])])


@fixture
def xgboost_binary():
    from xgboost import XGBClassifier
    x = features()
    return xgboost_model(XGBClassifier(n_estimators=6, max_depth=3), x, classes(x, 2))


@fixture
def xgboost_three_classes():
    from xgboost import XGBClassifier
    x = features()
    return xgboost_model(XGBClassifier(n_estimators=3, max_depth=3), x, classes(x, 3))


@fixture
def xgboost_missing():
    from xgboost import XGBRegressor
    x = features()
    y = response(x)
    x[np.random.default_rng(1).random(x.shape) < 0.2] = np.nan
    return xgboost_model(XGBRegressor(n_estimators=5, max_depth=3, base_score=1.5), x, y)


@fixture
def xgboost_poisson():
    from xgboost import XGBRegressor
    x = features()
    model = XGBRegressor(n_estimators=5, max_depth=3, objective="count:poisson")
    return xgboost_model(model, x, np.floor(np.exp(x[:, 0])))


def lightgbm_model(model, x, y, **rest):
    from onnxmltools import convert_lightgbm
    model.fit(x, y, **rest)
    sample = x[:ROWS]
    prediction = model.predict(sample)
    if not hasattr(model, "predict_proba"):
        return boosted(
            convert_lightgbm, model, x, [prediction.reshape(-1, 1).astype(np.float32)])

    def convert(*arguments, **options):
        return convert_lightgbm(*arguments, zipmap=False, **options)
    return boosted(
        convert, model, x, [prediction, model.predict_proba(sample).astype(np.float32)])


QUIET = {"verbosity": -1, "deterministic": True, "num_threads": 1}


@fixture
def lightgbm_binary():
    from lightgbm import LGBMClassifier
    x = features()
    return lightgbm_model(LGBMClassifier(n_estimators=4, num_leaves=6, **QUIET), x, classes(x, 2))


@fixture
def lightgbm_three_classes():
    from lightgbm import LGBMClassifier
    x = features()
    return lightgbm_model(LGBMClassifier(n_estimators=2, num_leaves=6, **QUIET), x, classes(x, 3))


@fixture
def lightgbm_missing():
    from lightgbm import LGBMRegressor
    x = features()
    y = response(x)
    x[np.random.default_rng(1).random(x.shape) < 0.2] = np.nan
    return lightgbm_model(LGBMRegressor(n_estimators=4, num_leaves=6, **QUIET), x, y)


@fixture
def lightgbm_categories():
    from lightgbm import LGBMRegressor
    x = features()
    x[:, 1] = np.random.default_rng(2).integers(0, 6, len(x))
    y = response(x) + np.array([3, -2, 5, 0, -4, 1])[x[:, 1].astype(int)]
    model = LGBMRegressor(n_estimators=3, num_leaves=6, min_data_per_group=5, **QUIET)
    return lightgbm_model(model, x, y, categorical_feature=[1])


# By hand

def one_node(name, version, inputs, outputs, **attributes):
    """Makes a model of one node; inputs and outputs are types by name."""
    node = h.make_node(name, list(inputs), list(outputs), domain="ai.onnx.ml", **attributes)
    values = [[h.make_value_info(*pair) for pair in side.items()] for side in (inputs, outputs)]
    graph = h.make_graph([node], name, *values)
    return h.make_model(
        graph, ir_version=10,
        opset_imports=[h.make_opsetid("", 21), h.make_opsetid("ai.onnx.ml", version)])


def tensor_type(kind, *shape):
    return h.make_tensor_type_proto(kind, shape)


def map_type(key, value):
    return h.make_map_type_proto(key, h.make_tensor_type_proto(value, []))


@fixture
def cast_map_dense():
    """The values in the order of the keys."""
    model = one_node(
        "CastMap", 1, {"x": map_type(T.INT64, T.FLOAT)}, {"y": tensor_type(T.INT64, 1, None)},
        cast_to="TO_INT64")
    return (
        model, {"x.keys": np.array([7, -1, 3]), "x.values": np.array([2.5, -1.5, 9], np.float32)},
        {"y": np.array([[-1, 9, 2]])})


@fixture
def cast_map_sparse():
    """The values at the places that the keys name; they are given as text."""
    model = one_node(
        "CastMap", 1, {"x": map_type(T.INT64, T.STRING)}, {"y": tensor_type(T.FLOAT, 1, 5)},
        map_form="SPARSE", max_map=5)
    return (
        model, {"x.keys": np.array([3, 0]), "x.values": np.array(["1.5", "-2e1"])},
        {"y": np.array([[-20, 0, 0, 1.5, 0]], np.float32)})


@fixture
def cast_map_texts():
    """Texts have six digits behind the point, as ONNX Runtime writes them."""
    model = one_node(
        "CastMap", 1, {"x": map_type(T.INT64, T.FLOAT)}, {"y": tensor_type(T.STRING, 1, None)},
        cast_to="TO_STRING")
    return (
        model, {"x.keys": np.array([1, 0]), "x.values": np.array([0.25, -3], np.float32)},
        {"y": np.array([["-3.000000", "0.250000"]])})


@fixture
def category_strings():
    model = one_node(
        "CategoryMapper", 1, {"x": tensor_type(T.STRING, None, 2)},
        {"y": tensor_type(T.INT64, None, 2)}, cats_strings=["a", "b"], cats_int64s=[5, -6],
        default_int64=-7)
    return (
        model, {"x": np.array([["b", "a"], ["c", "b"]])}, {"y": np.array([[-6, 5], [-7, -6]])})


@fixture
def category_integers():
    model = one_node(
        "CategoryMapper", 1, {"x": tensor_type(T.INT64, None)},
        {"y": tensor_type(T.STRING, None)}, cats_strings=["a", "b"], cats_int64s=[5, -6])
    return model, {"x": np.array([-6, 0, 5])}, {"y": np.array(["b", "_Unused", "a"])}


@fixture
def imputed_integers():
    """Each feature has a replacement of its own for -1."""
    model = one_node(
        "Imputer", 1, {"x": tensor_type(T.INT32, None, 2)}, {"y": tensor_type(T.INT32, None, 2)},
        imputed_value_int64s=[7, 8], replaced_value_int64=-1)
    x = np.array([[-1, -1], [2, -1], [0, 3]], np.int32)
    return model, {"x": x}, {"y": np.array([[7, 8], [2, 8], [0, 3]], np.int32)}


@fixture
def vectorized_integers():
    """The first input is cut, the second is filled."""
    model = one_node(
        "FeatureVectorizer", 1,
        {"a": tensor_type(T.INT64, None, 3), "b": tensor_type(T.INT64, None, 1)},
        {"y": tensor_type(T.FLOAT, None, 4)}, inputdimensions=[2, 2])
    return (
        model, {"a": np.arange(6).reshape(2, 3), "b": np.array([[7], [8]])},
        {"y": np.array([[0, 1, 7, 0], [3, 4, 8, 0]], np.float32)})


@fixture
def labels_of_version_1():
    model = one_node(
        "LabelEncoder", 1, {"x": tensor_type(T.STRING, None)}, {"y": tensor_type(T.INT64, None)},
        classes_strings=["a", "b", "c"])
    return model, {"x": np.array(["c", "d", "a"])}, {"y": np.array([2, -1, 0])}


@fixture
def labels_of_version_4():
    """Keys and values of types that only tensors can hold."""
    model = one_node(
        "LabelEncoder", 4, {"x": tensor_type(T.DOUBLE, None)}, {"y": tensor_type(T.INT16, None)},
        keys_tensor=numpy_helper.from_array(np.array([0.5, np.nan])),
        values_tensor=numpy_helper.from_array(np.array([3, 4], np.int16)),
        default_tensor=numpy_helper.from_array(np.array([-9], np.int16)))
    return (
        model, {"x": np.array([np.nan, 0.5, 0.25])}, {"y": np.array([4, 3, -9], np.int16)})


@fixture
def tree_members():
    """A `TreeEnsemble` with all modes in a tree, and a tree of one leaf; the last row is NaN."""
    modes = np.array([0, 6, 3, 4, 5, 6], np.uint8)
    splits = np.array([1, 0, 10, 5, 0, 0], np.float32)
    weights = np.array([1, 2, 4, 8, 16, 32, 64], np.float32)
    members = np.array([-1, 0.5, np.nan, np.nan], np.float32)
    model = one_node(
        "TreeEnsemble", 5, {"x": tensor_type(T.FLOAT, None, 2)},
        {"y": tensor_type(T.FLOAT, None, 2)}, n_targets=2, aggregate_function=1,
        nodes_modes=numpy_helper.from_array(modes), nodes_splits=numpy_helper.from_array(splits),
        nodes_featureids=[0, 0, 0, 1, 1, 0], nodes_truenodeids=[1, 0, 2, 3, 4, 6],
        nodes_falsenodeids=[2, 1, 3, 4, 5, 6], nodes_trueleafs=[0, 1, 1, 1, 1, 1],
        nodes_falseleafs=[0, 1, 0, 0, 1, 1], nodes_missing_value_tracks_true=[1, 0, 0, 0, 0, 0],
        leaf_weights=numpy_helper.from_array(weights), leaf_targetids=[0, 1, 0, 1, 0, 1, 0],
        membership_values=numpy_helper.from_array(members), tree_roots=[0, 5])
    x = np.array(
        [[0.5, 0], [0.25, 0], [11, 0], [5, 5], [5, 1], [5, 0], [np.nan, 0]], np.float32)
    y = np.array([[65, 0], [64, 2], [68, 0], [64, 8], [80, 0], [64, 32], [64, 2]], np.float32)
    return model, {"x": x}, {"y": y}


@fixture
def linear_single_score():
    """Two classes share one sum; the logistic function makes probabilities of both of it."""
    model = one_node(
        "LinearClassifier", 1, {"x": tensor_type(T.FLOAT, None, 2)},
        {"label": tensor_type(T.STRING, None), "scores": tensor_type(T.FLOAT, None, 2)},
        coefficients=[1.0, -1.0], intercepts=[0.5], classlabels_strings=["no", "yes"],
        post_transform="LOGISTIC")
    x = features(2, 5)
    scores = x[:, 0] - x[:, 1] + 0.5
    probability = (1 / (1 + np.exp(-scores))).astype(np.float32)
    return model, {"x": x}, {
        "label": np.where(scores > 0, "yes", "no"),
        "scores": np.stack([1 - probability, probability], axis=1)}


if __name__ == "__main__":
    target = pathlib.Path(sys.argv[1]) if len(sys.argv) > 1 else FOLDER
    for name in sys.argv[2:] or FIXTURES:
        save(target, name, *FIXTURES[name]())
