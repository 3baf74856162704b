internal import CYAML

/// Reads a YAML document into nodes through libyaml's events, keeping the lines.
///
/// One document; aliases are resolved; a key twice in one mapping is an error.
struct YAMLDocument {
    /// Deeper documents are refused, so that a node tree cannot exhaust the stack.
    private static let depthMax = 64
    static let bytesMax = 1024 * 1024

    static func parse(_ bytes: [UInt8], file: String) throws(TemplateError) -> YAMLNode {
        guard bytes.count <= bytesMax else {
            throw TemplateError(
                file: file, line: 0, key: "template", expected: "at most \(bytesMax) bytes")
        }
        var reader = try YAMLReader(bytes, file: file)
        return try reader.document(depthMax: depthMax)
    }
}

/// libyaml's parser, and the state of one reading.
private struct YAMLReader: ~Copyable {
    private let parser = UnsafeMutablePointer<yaml_parser_t>.allocate(capacity: 1)
    private let input: UnsafeMutableBufferPointer<UInt8>
    private let file: String
    private var anchors: [String: YAMLNode] = [:]

    init(_ bytes: [UInt8], file: String) throws(TemplateError) {
        self.file = file
        input = .allocate(capacity: max(1, bytes.count))
        _ = input.update(fromContentsOf: bytes)
        guard yaml_parser_initialize(parser) == 1 else {
            throw TemplateError(file: file, line: 0, key: "template", expected: "memory to read it")
        }
        yaml_parser_set_input_string(parser, input.baseAddress, bytes.count)
    }

    deinit {
        yaml_parser_delete(parser)
        parser.deallocate()
        input.deallocate()
    }

    mutating func document(depthMax: Int) throws(TemplateError) -> YAMLNode {
        var root: YAMLNode?
        while true {
            var event = try next()
            defer { yaml_event_delete(&event) }
            switch event.type {
            case YAML_STREAM_START_EVENT, YAML_DOCUMENT_END_EVENT: continue
            case YAML_STREAM_END_EVENT:
                guard let root else {
                    throw error(line: 1, "template", "a mapping with Resources was expected")
                }
                return root
            case YAML_DOCUMENT_START_EVENT where root == nil:
                root = try node(depth: depthMax)
            default:
                throw error(line: Self.line(event), "template", "one document only was expected")
            }
        }
    }

    /// The node that the next event begins.
    private mutating func node(depth: Int) throws(TemplateError) -> YAMLNode {
        var event = try next()
        defer { yaml_event_delete(&event) }
        return try node(of: event, depth: depth)
    }

    private mutating func node(
        of event: yaml_event_t, depth: Int
    ) throws(TemplateError) -> YAMLNode {
        let line = Self.line(event)
        guard depth > 0 else {
            throw error(line: line, "template", "less deep nesting was expected")
        }
        switch event.type {
        case YAML_ALIAS_EVENT:
            let name = Self.text(event.data.alias.anchor) ?? ""
            guard let node = anchors[name] else {
                throw error(line: line, "*\(name)", "an anchor defined before was expected")
            }
            return node
        case YAML_SCALAR_EVENT:
            let scalar = event.data.scalar
            let text = String(
                decoding: UnsafeBufferPointer(start: scalar.value, count: scalar.length),
                as: UTF8.self)
            let isPlain = scalar.style == YAML_PLAIN_SCALAR_STYLE
            let node = YAMLNode(
                .scalar(text, isPlain: isPlain), line: line, tag: Self.localTag(scalar.tag))
            return keep(node, Self.text(scalar.anchor))
        case YAML_SEQUENCE_START_EVENT:
            let start = event.data.sequence_start
            let items = try items(depth: depth - 1)
            let node = YAMLNode(.sequence(items), line: line, tag: Self.localTag(start.tag))
            return keep(node, Self.text(start.anchor))
        case YAML_MAPPING_START_EVENT:
            let start = event.data.mapping_start
            let entries = try entries(depth: depth - 1)
            let node = YAMLNode(.mapping(entries), line: line, tag: Self.localTag(start.tag))
            return keep(node, Self.text(start.anchor))
        default:
            throw error(line: line, "template", "a value was expected")
        }
    }

    private mutating func items(depth: Int) throws(TemplateError) -> [YAMLNode] {
        var items: [YAMLNode] = []
        while true {
            var event = try next()
            defer { yaml_event_delete(&event) }
            if event.type == YAML_SEQUENCE_END_EVENT { return items }
            items.append(try node(of: event, depth: depth))
        }
    }

    private mutating func entries(depth: Int) throws(TemplateError) -> [YAMLNode.Entry] {
        var entries: [YAMLNode.Entry] = []
        var names: Set<String> = []
        while true {
            var event = try next()
            defer { yaml_event_delete(&event) }
            if event.type == YAML_MAPPING_END_EVENT { return entries }
            let key = try node(of: event, depth: depth)
            guard case .scalar(let name, _) = key.content else {
                throw error(line: key.line, "key", "a text was expected as a key")
            }
            guard names.insert(name).inserted else {
                throw error(line: key.line, name, "each key once was expected")
            }
            let value = try node(depth: depth)
            entries.append(YAMLNode.Entry(key: name, keyLine: key.line, value: value))
        }
    }

    private mutating func keep(_ node: YAMLNode, _ anchor: String?) -> YAMLNode {
        if let anchor { anchors[anchor] = node }
        return node
    }

    /// The one place where libyaml is called for more; its failure becomes an error with its line.
    private func next() throws(TemplateError) -> yaml_event_t {
        var event = yaml_event_t()
        guard yaml_parser_parse(parser, &event) == 1 else {
            let problem =
                parser.pointee.problem.map { String(cString: $0) } ?? "valid YAML expected"
            throw error(line: Int(parser.pointee.problem_mark.line) + 1, "YAML", problem)
        }
        return event
    }

    private func error(line: Int, _ key: String, _ expected: String) -> TemplateError {
        TemplateError(file: file, line: line, key: key, expected: expected)
    }

    private static func line(_ event: yaml_event_t) -> Int { Int(event.start_mark.line) + 1 }

    private static func text(_ pointer: UnsafeMutablePointer<yaml_char_t>?) -> String? {
        pointer.map { String(cString: $0) }
    }

    private static func localTag(_ pointer: UnsafeMutablePointer<yaml_char_t>?) -> String? {
        text(pointer).flatMap { $0.hasPrefix("!") && $0 != "!" ? $0 : nil }
    }
}
