import Testing

@Suite struct FuseAttentionTests {}
