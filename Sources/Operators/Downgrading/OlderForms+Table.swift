// Written by Scripts/generate-older-forms.py from the schemas of the onnx package.

extension OlderForms {
  /// One entry a form; lines that begin with a space go on with the entry before.
  static let table = """
    Abs 6 X:T > Y:T T=integers+ieee
    Acos 7 input:T > output:T T=ieee
    Acosh 9 input:T > output:T T=ieee
    Add 7 A:T B:T > C:T T=ieee+int32+int64+uint32+uint64
    Add 13 A:T B:T > C:T T=floats+int32+int64+uint32+uint64
    ArgMax 1 data:T > reduced:int64 T=integers+ieee | select_last_index
    ArgMax 12 data:T > reduced:int64 T=integers+ieee
    ArgMin 1 data:T > reduced:int64 T=integers+ieee | select_last_index
    ArgMin 12 data:T > reduced:int64 T=integers+ieee
    Asin 7 input:T > output:T T=ieee
    Asinh 9 input:T > output:T T=ieee
    Atan 7 input:T > output:T T=ieee
    Atanh 9 input:T > output:T T=ieee
    Attention 23 Q:T1 K:T1 V:T2 attn_mask:U? past_key:T1? past_value:T2? > Y:T1 present_key:T1?
      present_value:T2? qk_matmul_output:T1? T1=floats T2=floats U=numeric+bool | left_window_size
      right_window_size
    Attention 24 Q:T1 K:T1 V:T2 attn_mask:U? past_key:T1? past_value:T2? nonpad_kv_seqlen:int64? >
      Y:T1 present_key:T1? present_value:T2? qk_matmul_output:T1? T1=floats T2=floats
      U=numeric+bool | left_window_size right_window_size
    AveragePool 7 X:T > Y:T T=ieee | ceil_mode dilations
    AveragePool 10 X:T > Y:T T=ieee | dilations
    AveragePool 19 X:T > Y:T T=ieee
    BatchNormalization 7 X:T scale:T B:T mean:T var:T > Y:T mean:T? var:T? saved_mean:T?
      saved_var:T? T=ieee | training_mode
    BatchNormalization 14 X:T scale:T B:T input_mean:U input_var:U > Y:T running_mean:U?
      running_var:U? T=floats U=floats
    Bernoulli 15 input:T1 > output:T2 T1=ieee T2=numeric+bool
    BitShift 11 X:T Y:T > Z:T T=unsigned
    Cast 6 input:T1 > output:T2 T1=integers+ieee+bool T2=integers+ieee+bool | round_mode saturate
    Cast 9 input:T1 > output:T2 T1=classic-complex T2=classic-complex | round_mode saturate
    Cast 13 input:T1 > output:T2 T1=any13-complex T2=any13-complex | round_mode saturate
    Cast 19 input:T1 > output:T2 T1=any19-complex T2=any19-complex | round_mode
    Cast 21 input:T1 > output:T2 T1=any21-complex T2=any21-complex | round_mode
    Cast 23 input:T1 > output:T2 T1=any23-complex T2=any23-complex | round_mode
    Cast 24 input:T1 > output:T2 T1=any24-complex T2=any24-complex
    Cast 25 input:T1 > output:T2 T1=any25-complex T2=any25-complex
    CastLike 15 input:T1 target_type:T2 > output:T2 T1=any13-complex T2=any13-complex | round_mode
      saturate
    CastLike 19 input:T1 target_type:T2 > output:T2 T1=any19-complex T2=any19-complex | round_mode
    CastLike 21 input:T1 target_type:T2 > output:T2 T1=any21-complex T2=any21-complex | round_mode
    CastLike 23 input:T1 target_type:T2 > output:T2 T1=any23-complex T2=any23-complex | round_mode
    CastLike 24 input:T1 target_type:T2 > output:T2 T1=any24-complex T2=any24-complex
    Ceil 6 X:T > Y:T T=ieee
    Celu 12 X:T > Y:T T=float32
    Clip 6 input:T > output:T T=ieee
    Clip 11 input:T min:T? max:T? > output:T T=ieee
    Clip 12 input:T min:T? max:T? > output:T T=integers+ieee
    Compress 9 input:T condition:T1 > output:T T=classic T1=bool
    Concat 4 inputs:T* > concat_result:T T=classic
    Constant 1 > output:T T=ieee | sparse_value value_float value_floats value_int value_ints
      value_string value_strings
    Constant 9 > output:T T=classic | sparse_value value_float value_floats value_int value_ints
      value_string value_strings
    Constant 11 > output:T T=classic | value_float value_floats value_int value_ints value_string
      value_strings
    Constant 12 > output:T T=classic
    Constant 13 > output:T T=any13
    Constant 19 > output:T T=any19
    Constant 21 > output:T T=any21
    Constant 23 > output:T T=any23
    Constant 24 > output:T T=any24
    ConstantOfShape 9 input:T1 > output:T2 T1=int64 T2=integers+ieee+bool
    ConstantOfShape 20 input:T1 > output:T2 T1=int64 T2=numeric+float8+bool
    ConstantOfShape 21 input:T1 > output:T2 T1=int64 T2=numeric+float8+bool+int4+uint4
    ConstantOfShape 23 input:T1 > output:T2 T1=int64 T2=numeric+float8+bool+float4e2m1+int4+uint4
    ConstantOfShape 24 input:T1 > output:T2 T1=int64
      T2=numeric+float8+bool+float4e2m1+float8e8m0+int4+uint4
    Conv 1 X:T W:T B:T? > Y:T T=ieee
    ConvTranspose 1 X:T W:T B:T? > Y:T T=ieee
    Cos 7 input:T > output:T T=ieee
    Cosh 9 input:T > output:T T=ieee
    CumSum 11 x:T axis:T2 > y:T T=float32+float64+int32+int64+uint32+uint64 T2=int32+int64
    DFT 17 input:T1 dft_length:T2? > output:T1 T1=floats T2=int32+int64
    DeformConv 19 X:T W:T offset:T B:T? mask:T? > Y:T T=ieee
    DepthToSpace 1 input:T > output:T T=classic | mode
    DepthToSpace 11 input:T > output:T T=classic
    DepthToSpace 13 input:T > output:T T=any13
    DequantizeLinear 10 x:T x_scale:float32 x_zero_point:T? > y:float32 T=int32+int8+uint8 | axis
      block_size output_dtype
    DequantizeLinear 13 x:T x_scale:float32 x_zero_point:T? > y:float32 T=int32+int8+uint8 |
      block_size output_dtype
    DequantizeLinear 19 x:T1 x_scale:T2 x_zero_point:T1? > y:T2 T1=float8+int32+int8+uint8
      T2=bfloat16+float16+float32 | block_size output_dtype
    DequantizeLinear 21 x:T1 x_scale:T2 x_zero_point:T1? > y:T2
      T1=float8+int16+int32+int4+int8+uint16+uint4+uint8 T2=bfloat16+float16+float32 |
      output_dtype
    DequantizeLinear 23 x:T1 x_scale:T2 x_zero_point:T1? > y:T3
      T1=float8+float4e2m1+int16+int32+int4+int8+uint16+uint4+uint8 T2=bfloat16+float16+float32
      T3=bfloat16+float16+float32
    DequantizeLinear 24 x:T1 x_scale:T2 x_zero_point:T1? > y:T3
      T1=float8+float4e2m1+int16+int32+int4+int8+uint16+uint4+uint8
      T2=bfloat16+float16+float32+float8e8m0 T3=bfloat16+float16+float32
    DequantizeLinear 25 x:T1 x_scale:T2 x_zero_point:T1? > y:T3
      T1=float8+float4e2m1+int16+int2+int32+int4+int8+uint16+uint2+uint4+uint8
      T2=bfloat16+float16+float32+float8e8m0 T3=bfloat16+float16+float32
    Det 11 X:T > Y:T T=ieee
    Div 7 A:T B:T > C:T T=ieee+int32+int64+uint32+uint64
    Div 13 A:T B:T > C:T T=floats+int32+int64+uint32+uint64
    Dropout 7 data:T > output:T mask:T? T=ieee | seed
    Dropout 10 data:T > output:T mask:T1? T=ieee T1=bool | seed
    Dropout 12 data:T ratio:T1? training_mode:T2? > output:T mask:T2? T=ieee T1=ieee T2=bool
    Dropout 13 data:T ratio:T1? training_mode:T2? > output:T mask:T2? T=floats T1=ieee T2=bool
    Einsum 12 Inputs:T* > Output:T T=integers+ieee
    Elu 6 X:T > Y:T T=ieee
    Equal 7 A:T B:T > C:T1 T=bool+int32+int64 T1=bool
    Equal 11 A:T B:T > C:T1 T=integers+ieee+bool T1=bool
    Equal 13 A:T B:T > C:T1 T=numeric+bool T1=bool
    Erf 9 input:T > output:T T=integers+ieee
    Exp 6 input:T > output:T T=ieee
    Expand 8 input:T shape:int64 > output:T T=classic
    EyeLike 9 input:T1 > output:T2 T1=integers+ieee+bool T2=integers+ieee+bool
    Flatten 1 input:T > output:T T=ieee
    Flatten 9 input:T > output:T T=classic
    Flatten 13 input:T > output:T T=any13
    Flatten 21 input:T > output:T T=any21
    Flatten 23 input:T > output:T T=any23
    Flatten 24 input:T > output:T T=any24
    Floor 6 X:T > Y:T T=ieee
    GRU 7 X:T W:T R:T B:T? sequence_lens:T1? initial_h:T? > Y:T? Y_h:T? T=ieee T1=int32 | layout
    GRU 14 X:T W:T R:T B:T? sequence_lens:T1? initial_h:T? > Y:T? Y_h:T? T=ieee T1=int32
    Gather 1 data:T indices:Tind > output:T T=classic Tind=int32+int64
    GatherElements 11 data:T indices:Tind > output:T T=classic Tind=int32+int64
    GatherND 11 data:T indices:int64 > output:T T=classic | batch_dims
    GatherND 12 data:T indices:int64 > output:T T=classic
    Gemm 7 A:T B:T C:T > Y:T T=ieee
    Gemm 9 A:T B:T C:T > Y:T T=ieee+int32+int64+uint32+uint64
    Gemm 11 A:T B:T C:T? > Y:T T=ieee+int32+int64+uint32+uint64
    GlobalAveragePool 1 X:T > Y:T T=ieee
    GlobalLpPool 2 X:T > Y:T T=ieee
    GlobalMaxPool 1 X:T > Y:T T=ieee
    Greater 7 A:T B:T > C:T1 T=ieee T1=bool
    Greater 9 A:T B:T > C:T1 T=integers+ieee T1=bool
    GreaterOrEqual 12 A:T B:T > C:T1 T=integers+ieee T1=bool
    GridSample 16 X:T1 grid:T2 > Y:T1 T1=classic T2=ieee
    HardSigmoid 6 X:T > Y:T T=ieee
    HardSwish 14 X:T > Y:T T=ieee
    Hardmax 1 input:T > output:T T=ieee
    Identity 1 input:T > output:T T=classic
    Identity 13 input:T > output:T T=any13
    Identity 14 input:V > output:V V=any13,seq:classic
    Identity 16 input:V > output:V V=any13,seq:classic,opt:classic,optseq:classic
    Identity 19 input:V > output:V V=any19,seq:classic,opt:classic,optseq:classic
    Identity 21 input:V > output:V V=any21,seq:classic,opt:classic,optseq:classic
    Identity 23 input:V > output:V V=any23,seq:classic,opt:classic,optseq:classic
    Identity 24 input:V > output:V V=any24,seq:classic,opt:classic,optseq:classic
    If 1 cond:B > outputs:V** B=bool V=classic
    If 13 cond:B > outputs:V** B=bool V=classic,seq:classic
    If 16 cond:B > outputs:V** B=bool V=any13,seq:any13,opt:any13,optseq:any13
    If 19 cond:B > outputs:V** B=bool V=any19,seq:any19,opt:any19,optseq:any13
    If 21 cond:B > outputs:V** B=bool V=any21,seq:any21,opt:any21,optseq:any13
    If 23 cond:B > outputs:V** B=bool V=any23,seq:any23,opt:any23,optseq:any13
    If 24 cond:B > outputs:V** B=bool V=any24,seq:any24,opt:any24,optseq:any13
    InstanceNormalization 6 input:T scale:T B:T > output:T T=ieee
    IsInf 10 X:T1 > Y:T2 T1=float32+float64 T2=bool
    IsNaN 9 X:T1 > Y:T2 T1=ieee T2=bool
    IsNaN 13 X:T1 > Y:T2 T1=floats T2=bool
    LRN 1 X:T > Y:T T=ieee
    LSTM 7 X:T W:T R:T B:T? sequence_lens:T1? initial_h:T? initial_c:T? P:T? > Y:T? Y_h:T? Y_c:T?
      T=ieee T1=int32 | layout
    LSTM 14 X:T W:T R:T B:T? sequence_lens:T1? initial_h:T? initial_c:T? P:T? > Y:T? Y_h:T? Y_c:T?
      T=ieee T1=int32
    LeakyRelu 6 X:T > Y:T T=ieee
    Less 7 A:T B:T > C:T1 T=ieee T1=bool
    Less 9 A:T B:T > C:T1 T=integers+ieee T1=bool
    LessOrEqual 12 A:T B:T > C:T1 T=integers+ieee T1=bool
    Log 6 input:T > output:T T=ieee
    LogSoftmax 1 input:T > output:T T=ieee
    Loop 1 M:I? cond:B? v_initial:V** > v_final_and_scan_outputs:V** I=int64 B=bool V=classic
    Loop 13 M:I? cond:B? v_initial:V** > v_final_and_scan_outputs:V** I=int64 B=bool
      V=classic,seq:classic
    Loop 16 M:I? cond:B? v_initial:V** > v_final_and_scan_outputs:V** I=int64 B=bool
      V=any13,seq:any13,opt:any13,optseq:any13
    Loop 19 M:I? cond:B? v_initial:V** > v_final_and_scan_outputs:V** I=int64 B=bool
      V=any19,seq:any19,opt:any19,optseq:any13
    Loop 21 M:I? cond:B? v_initial:V** > v_final_and_scan_outputs:V** I=int64 B=bool
      V=any21,seq:any21,opt:any21,optseq:any13
    Loop 23 M:I? cond:B? v_initial:V** > v_final_and_scan_outputs:V** I=int64 B=bool
      V=any23,seq:any23,opt:any23,optseq:any13
    Loop 24 M:I? cond:B? v_initial:V** > v_final_and_scan_outputs:V** I=int64 B=bool
      V=any24,seq:any24,opt:any24,optseq:any13
    LpNormalization 1 input:T > output:T T=ieee
    LpPool 2 X:T > Y:T T=ieee | ceil_mode dilations
    LpPool 18 X:T > Y:T T=ieee
    MatMul 1 A:T B:T > Y:T T=ieee
    MatMul 9 A:T B:T > Y:T T=ieee+int32+int64+uint32+uint64
    Max 6 data_0:T* > max:T T=ieee
    Max 12 data_0:T* > max:T T=integers+ieee
    MaxPool 1 X:T > Y:T T=ieee | ceil_mode dilations storage_order
    MaxPool 8 X:T > Y:T Indices:I? T=ieee I=int64 | ceil_mode dilations
    MaxPool 10 X:T > Y:T Indices:I? T=ieee I=int64
    MaxPool 12 X:T > Y:T Indices:I? T=ieee+int8+uint8 I=int64
    MaxRoiPool 1 X:T rois:T > Y:T T=ieee
    MaxUnpool 9 X:T1 I:T2 output_shape:T2? > output:T1 T1=ieee T2=int64
    Mean 6 data_0:T* > mean:T T=ieee
    MeanVarianceNormalization 9 X:T > Y:T T=ieee
    Min 6 data_0:T* > min:T T=ieee
    Min 12 data_0:T* > min:T T=integers+ieee
    Mish 18 X:T > Y:T T=ieee
    Mod 10 A:T B:T > C:T T=integers+ieee
    Mod 13 A:T B:T > C:T T=numeric
    Mul 7 A:T B:T > C:T T=ieee+int32+int64+uint32+uint64
    Mul 13 A:T B:T > C:T T=floats+int32+int64+uint32+uint64
    Multinomial 7 input:T1 > output:T2 T1=ieee T2=int32+int64
    Neg 6 X:T > Y:T T=signed+ieee
    NegativeLogLikelihoodLoss 12 input:T target:Tind weight:T? > loss:T T=ieee Tind=int32+int64
    NonMaxSuppression 10 boxes:float32 scores:float32 max_output_boxes_per_class:int64?
      iou_threshold:float32? score_threshold:float32? > selected_indices:int64
    NonZero 9 X:T > Y:int64 T=classic
    OneHot 9 indices:T1 depth:T2 values:T3 > output:T3 T1=integers+ieee T2=integers+ieee
      T3=classic
    Optional 15 input:V? > output:O V=classic,seq:classic O=opt:classic,optseq:classic
    OptionalGetElement 15 input:O > output:V O=opt:classic,optseq:classic V=classic,seq:classic
    OptionalGetElement 18 input:O > output:V O=classic,seq:classic,opt:classic,optseq:classic
      V=classic,seq:classic
    OptionalHasElement 15 input:O > output:B O=opt:classic,optseq:classic B=bool
    OptionalHasElement 18 input:O? > output:B O=classic,seq:classic,opt:classic,optseq:classic
      B=bool
    PRelu 7 X:T slope:T > Y:T T=ieee
    PRelu 9 X:T slope:T > Y:T T=ieee+int32+int64+uint32+uint64
    Pad 2 data:T > output:T T=ieee
    Pad 11 data:T pads:int64 constant_value:T? > output:T T=integers+ieee
    Pad 13 data:T pads:int64 constant_value:T? > output:T T=any13
    Pad 18 data:T pads:int64 constant_value:T? axes:Tind? > output:T T=any13 Tind=int32+int64
    Pad 21 data:T pads:int64 constant_value:T? axes:Tind? > output:T T=any21 Tind=int32+int64
    Pad 23 data:T pads:int64 constant_value:T? axes:Tind? > output:T T=any23 Tind=int32+int64
    Pad 24 data:T pads:int64 constant_value:T? axes:Tind? > output:T T=any24 Tind=int32+int64
    Pow 7 X:T Y:T > Z:T T=ieee
    Pow 12 X:T Y:T1 > Z:T T=ieee+int32+int64 T1=integers+ieee
    Pow 13 X:T Y:T1 > Z:T T=floats+int32+int64 T1=integers+ieee
    QLinearMatMul 10 a:T1 a_scale:float32 a_zero_point:T1 b:T2 b_scale:float32 b_zero_point:T2
      y_scale:float32 y_zero_point:T3 > y:T3 T1=int8+uint8 T2=int8+uint8 T3=int8+uint8
    QuantizeLinear 10 x:T1 y_scale:float32 y_zero_point:T2? > y:T2 T1=float32+int32 T2=int8+uint8
      | axis block_size output_dtype precision saturate
    QuantizeLinear 13 x:T1 y_scale:float32 y_zero_point:T2? > y:T2 T1=float32+int32 T2=int8+uint8
      | block_size output_dtype precision saturate
    QuantizeLinear 19 x:T1 y_scale:T1 y_zero_point:T2? > y:T2 T1=bfloat16+float16+float32+int32
      T2=float8+int8+uint8 | block_size output_dtype precision
    QuantizeLinear 21 x:T1 y_scale:T1 y_zero_point:T2? > y:T2 T1=bfloat16+float16+float32+int32
      T2=float8+int16+int4+int8+uint16+uint4+uint8 | precision
    QuantizeLinear 23 x:T1 y_scale:T2 y_zero_point:T3? > y:T3 T1=bfloat16+float16+float32+int32
      T2=bfloat16+float16+float32+int32 T3=float8+float4e2m1+int16+int4+int8+uint16+uint4+uint8
    QuantizeLinear 24 x:T1 y_scale:T2 y_zero_point:T3? > y:T3 T1=bfloat16+float16+float32+int32
      T2=bfloat16+float16+float32+float8e8m0+int32
      T3=float8+float4e2m1+int16+int4+int8+uint16+uint4+uint8
    QuantizeLinear 25 x:T1 y_scale:T2 y_zero_point:T3? > y:T3 T1=bfloat16+float16+float32+int32
      T2=bfloat16+float16+float32+float8e8m0+int32
      T3=float8+float4e2m1+int16+int2+int4+int8+uint16+uint2+uint4+uint8
    RNN 7 X:T W:T R:T B:T? sequence_lens:T1? initial_h:T? > Y:T? Y_h:T? T=ieee T1=int32 | layout
    RNN 14 X:T W:T R:T B:T? sequence_lens:T1? initial_h:T? > Y:T? Y_h:T? T=ieee T1=int32
    RandomNormal 1 > output:T T=ieee
    RandomNormalLike 1 input:T1 > output:T2 T1=classic T2=ieee
    RandomUniform 1 > output:T T=ieee
    RandomUniformLike 1 input:T1 > output:T2 T1=classic T2=ieee
    Range 11 start:T limit:T delta:T > output:T T=float32+float64+int16+int32+int64 | stash_type
    Reciprocal 6 X:T > Y:T T=ieee
    ReduceL1 1 data:T > reduced:T T=ieee+int32+int64+uint32+uint64 | noop_with_empty_axes
    ReduceL1 13 data:T > reduced:T T=floats+int32+int64+uint32+uint64 | noop_with_empty_axes
    ReduceL2 1 data:T > reduced:T T=ieee+int32+int64+uint32+uint64 | noop_with_empty_axes
    ReduceL2 13 data:T > reduced:T T=floats+int32+int64+uint32+uint64 | noop_with_empty_axes
    ReduceLogSum 1 data:T > reduced:T T=ieee+int32+int64+uint32+uint64 | noop_with_empty_axes
    ReduceLogSum 13 data:T > reduced:T T=floats+int32+int64+uint32+uint64 | noop_with_empty_axes
    ReduceLogSum 18 data:T axes:int64? > reduced:T T=floats+int32+int64+uint32+uint64
    ReduceLogSumExp 1 data:T > reduced:T T=ieee+int32+int64+uint32+uint64 | noop_with_empty_axes
    ReduceLogSumExp 13 data:T > reduced:T T=floats+int32+int64+uint32+uint64 |
      noop_with_empty_axes
    ReduceLogSumExp 18 data:T axes:int64? > reduced:T T=floats+int32+int64+uint32+uint64
    ReduceMax 1 data:T > reduced:T T=ieee+int32+int64+uint32+uint64 | noop_with_empty_axes
    ReduceMax 12 data:T > reduced:T T=ieee+int32+int64+int8+uint32+uint64+uint8 |
      noop_with_empty_axes
    ReduceMax 13 data:T > reduced:T T=floats+int32+int64+int8+uint32+uint64+uint8 |
      noop_with_empty_axes
    ReduceMax 18 data:T axes:int64? > reduced:T T=floats+int32+int64+int8+uint32+uint64+uint8
    ReduceMean 1 data:T > reduced:T T=ieee+int32+int64+uint32+uint64 | noop_with_empty_axes
    ReduceMean 13 data:T > reduced:T T=floats+int32+int64+uint32+uint64 | noop_with_empty_axes
    ReduceMin 1 data:T > reduced:T T=ieee+int32+int64+uint32+uint64 | noop_with_empty_axes
    ReduceMin 12 data:T > reduced:T T=ieee+int32+int64+int8+uint32+uint64+uint8 |
      noop_with_empty_axes
    ReduceMin 13 data:T > reduced:T T=floats+int32+int64+int8+uint32+uint64+uint8 |
      noop_with_empty_axes
    ReduceMin 18 data:T axes:int64? > reduced:T T=floats+int32+int64+int8+uint32+uint64+uint8
    ReduceProd 1 data:T > reduced:T T=ieee+int32+int64+uint32+uint64 | noop_with_empty_axes
    ReduceProd 13 data:T > reduced:T T=floats+int32+int64+uint32+uint64 | noop_with_empty_axes
    ReduceSum 1 data:T > reduced:T T=ieee+int32+int64+uint32+uint64 | noop_with_empty_axes
    ReduceSumSquare 1 data:T > reduced:T T=ieee+int32+int64+uint32+uint64 | noop_with_empty_axes
    ReduceSumSquare 13 data:T > reduced:T T=floats+int32+int64+uint32+uint64 |
      noop_with_empty_axes
    Relu 6 X:T > Y:T T=ieee
    Relu 13 X:T > Y:T T=floats
    Reshape 5 data:T shape:int64 > reshaped:T T=classic | allowzero
    Reshape 13 data:T shape:int64 > reshaped:T T=any13 | allowzero
    Reshape 14 data:T shape:int64 > reshaped:T T=any13
    Reshape 19 data:T shape:int64 > reshaped:T T=any19
    Reshape 21 data:T shape:int64 > reshaped:T T=any21
    Reshape 23 data:T shape:int64 > reshaped:T T=any23
    Reshape 24 data:T shape:int64 > reshaped:T T=any24
    Resize 10 X:T scales:float32 > Y:T T=classic | antialias axes coordinate_transformation_mode
      cubic_coeff_a exclude_outside extrapolation_value keep_aspect_ratio_policy nearest_mode
    Resize 11 X:T1 roi:T2 scales:float32 sizes:int64? > Y:T1 T1=classic T2=ieee | antialias axes
      keep_aspect_ratio_policy
    Resize 13 X:T1 roi:T2? scales:float32? sizes:int64? > Y:T1 T1=any13 T2=ieee | antialias axes
      keep_aspect_ratio_policy
    Resize 18 X:T1 roi:T2? scales:float32? sizes:int64? > Y:T1 T1=any13 T2=ieee
    ReverseSequence 10 input:T sequence_lens:int64 > Y:T T=classic
    RoiAlign 10 X:T1 rois:T1 batch_indices:T2 > Y:T1 T1=ieee T2=int64 |
      coordinate_transformation_mode
    RoiAlign 16 X:T1 rois:T1 batch_indices:T2 > Y:T1 T1=ieee T2=int64
    Round 11 X:T > Y:T T=ieee
    Scan 8 sequence_lens:I? initial_state_and_scan_inputs:V** > final_state_and_scan_outputs:V**
      I=int64 V=classic | scan_input_axes scan_input_directions scan_output_axes
      scan_output_directions
    Scan 9 initial_state_and_scan_inputs:V** > final_state_and_scan_outputs:V** V=classic
    Scan 16 initial_state_and_scan_inputs:V** > final_state_and_scan_outputs:V** V=any13
    Scan 19 initial_state_and_scan_inputs:V** > final_state_and_scan_outputs:V** V=any19
    Scan 21 initial_state_and_scan_inputs:V** > final_state_and_scan_outputs:V** V=any21
    Scan 23 initial_state_and_scan_inputs:V** > final_state_and_scan_outputs:V** V=any23
    Scan 24 initial_state_and_scan_inputs:V** > final_state_and_scan_outputs:V** V=any24
    Scatter 9 data:T indices:Tind updates:T > output:T T=classic Tind=int32+int64
    ScatterElements 11 data:T indices:Tind updates:T > output:T T=classic Tind=int32+int64 |
      reduction
    ScatterElements 13 data:T indices:Tind updates:T > output:T T=any13 Tind=int32+int64 |
      reduction
    ScatterElements 16 data:T indices:Tind updates:T > output:T T=any13 Tind=int32+int64
    ScatterND 11 data:T indices:int64 updates:T > output:T T=classic | reduction
    ScatterND 13 data:T indices:int64 updates:T > output:T T=any13 | reduction
    ScatterND 16 data:T indices:int64 updates:T > output:T T=any13
    Selu 6 X:T > Y:T T=ieee
    Shape 1 data:T > shape:T1 T=classic T1=int64 | end start
    Shape 13 data:T > shape:T1 T=any13 T1=int64 | end start
    Shape 15 data:T > shape:T1 T=any13 T1=int64
    Shape 19 data:T > shape:T1 T=any19 T1=int64
    Shape 21 data:T > shape:T1 T=any21 T1=int64
    Shape 23 data:T > shape:T1 T=any23 T1=int64
    Shape 24 data:T > shape:T1 T=any24 T1=int64
    Sigmoid 6 X:T > Y:T T=ieee
    Sign 9 input:T > output:T T=integers+ieee
    Sin 7 input:T > output:T T=ieee
    Sinh 9 input:T > output:T T=ieee
    Size 1 data:T > size:T1 T=classic T1=int64
    Size 13 data:T > size:T1 T=any13 T1=int64
    Size 19 data:T > size:T1 T=any19 T1=int64
    Size 21 data:T > size:T1 T=any21 T1=int64
    Size 23 data:T > size:T1 T=any23 T1=int64
    Size 24 data:T > size:T1 T=any24 T1=int64
    Slice 1 data:T > output:T T=classic
    Slice 10 data:T starts:Tind ends:Tind axes:Tind? steps:Tind? > output:T T=classic
      Tind=int32+int64
    Softmax 1 input:T > output:T T=ieee
    SoftmaxCrossEntropyLoss 12 scores:T labels:Tind weights:T? > output:T log_prob:T? T=ieee
      Tind=int32+int64
    Softplus 1 X:T > Y:T T=ieee
    Softsign 1 input:T > output:T T=ieee
    SpaceToDepth 1 input:T > output:T T=classic | mode
    SpaceToDepth 13 input:T > output:T T=any13 | mode
    Split 2 input:T > outputs:T* T=classic | num_outputs
    Split 13 input:T split:int64? > outputs:T* T=any13 | num_outputs
    SplitToSequence 11 input:T split:I? > output_sequence:S T=classic I=int32+int64 S=seq:classic
    Sqrt 6 X:T > Y:T T=ieee
    Squeeze 1 data:T > squeezed:T T=classic
    Squeeze 13 data:T axes:int64? > squeezed:T T=any13
    Squeeze 21 data:T axes:int64? > squeezed:T T=any21
    Squeeze 23 data:T axes:int64? > squeezed:T T=any23
    Squeeze 24 data:T axes:int64? > squeezed:T T=any24
    Sub 7 A:T B:T > C:T T=ieee+int32+int64+uint32+uint64
    Sub 13 A:T B:T > C:T T=floats+int32+int64+uint32+uint64
    Sum 6 data_0:T* > sum:T T=ieee
    Tan 7 input:T > output:T T=ieee
    Tanh 6 input:T > output:T T=ieee
    ThresholdedRelu 10 X:T > Y:T T=ieee
    Tile 6 input:T repeats:T1 > output:T T=classic T1=int64
    TopK 1 X:T > Values:T Indices:I T=ieee I=int64 | largest sorted
    TopK 10 X:T K:int64 > Values:T Indices:I T=ieee I=int64 | largest sorted
    TopK 11 X:T K:int64 > Values:T Indices:I T=integers+ieee I=int64
    Transpose 1 data:T > transposed:T T=classic
    Transpose 13 data:T > transposed:T T=any13
    Transpose 21 data:T > transposed:T T=any21
    Transpose 23 data:T > transposed:T T=any23
    Transpose 24 data:T > transposed:T T=any24
    Unique 11 X:T > Y:T indices:int64? inverse_indices:int64? counts:int64? T=classic
    Unsqueeze 1 data:T > expanded:T T=classic
    Unsqueeze 13 data:T axes:int64 > expanded:T T=any13
    Unsqueeze 21 data:T axes:int64 > expanded:T T=any21
    Unsqueeze 23 data:T axes:int64 > expanded:T T=any23
    Unsqueeze 24 data:T axes:int64 > expanded:T T=any24
    Upsample 7 X:T > Y:T T=classic
    Upsample 9 X:T scales:float32 > Y:T T=classic
    Where 9 condition:B X:T Y:T > output:T B=bool T=classic
    """
}
