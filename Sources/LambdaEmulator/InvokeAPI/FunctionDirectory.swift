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
        let (name, qualifier) = Self.split(text)
        guard qualifier == nil || qualifier == "$LATEST" else { return nil }
        return byName[name]
    }

    /// The ARN an error names.
    func arn(for text: String) -> String {
        let (name, qualifier) = Self.split(text)
        return arnPrefix + name + (qualifier.map { ":\($0)" } ?? "")
    }

    private static func split(_ text: String) -> (name: String, qualifier: String?) {
        var parts = text.split(separator: ":", omittingEmptySubsequences: false).map(String.init)
        if let index = parts.firstIndex(of: "function"), index + 1 < parts.count {
            parts.removeFirst(index + 1)
        }
        return (parts.first ?? "", parts.count > 1 ? parts[1] : nil)
    }
}
