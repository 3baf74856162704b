/// The pools of an emulator by function name.
struct FunctionDirectory: Sendable {
    let pools: [FunctionPool]
    private let byName: [String: FunctionPool]
    private let arnPrefix: String

    init(pools: [FunctionPool], arnPrefix: String) {
        self.pools = pools
        self.arnPrefix = arnPrefix
        var byName: [String: FunctionPool] = [:]
        for pool in pools { byName[pool.definition.logicalID] = pool }
        for pool in pools { byName[pool.definition.name] = pool }
        self.byName = byName
    }

    /// The pool of `name`, `name:$LATEST`, a full ARN or `ACCOUNT:function:name`.
    func pool(named text: String) -> FunctionPool? {
        if let pool = byName[text] { return pool }
        guard let reference = FunctionReference(text) else { return nil }
        return pool(of: reference)
    }

    /// The pool of a function's only version, which its alias stands for, too.
    func pool(of reference: FunctionReference) -> FunctionPool? {
        guard let pool = byName[reference.name] else { return nil }
        let qualifiers = [nil, FunctionReference.latest, pool.definition.alias]
        return qualifiers.contains(reference.qualifier) ? pool : nil
    }

    /// The ARN an error names.
    func arn(of reference: FunctionReference) -> String {
        arnPrefix + reference.name + (reference.qualifier.map { ":\($0)" } ?? "")
    }
}
