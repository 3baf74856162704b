import StrictJSON

/// Reads the signals of one input and collects whatever is wrong with them.
struct SignalReader {
    private let definitions: [SignalDefinition]
    private let indexes: [String: Int]
    private let pointer: String
    private var values: [FixedDecimal?]
    private var isGiven: [Bool]
    private var errors: [FieldError] = []

    init(definitions: [SignalDefinition], indexes: [String: Int], pointer: String) {
        self.definitions = definitions
        self.indexes = indexes
        self.pointer = pointer
        values = Array(repeating: nil, count: definitions.count)
        isGiven = Array(repeating: false, count: definitions.count)
    }

    mutating func read(_ input: JSONValue) -> Result<SignalValues, SignalErrors> {
        guard let members = input.object else {
            note(.type, at: nil)
            return .failure(SignalErrors(errors: errors))
        }
        for member in members { read(member) }
        for (index, definition) in definitions.enumerated()
        where definition.missing == .reject && !isGiven[index] {
            note(.required, at: definition.name)
        }
        guard errors.isEmpty else { return .failure(SignalErrors(errors: errors)) }
        let named = zip(definitions, values).map { SignalValue(name: $0.name, value: $1) }
        return .success(SignalValues(values: named, definitions: definitions))
    }

    private mutating func read(_ member: JSONMember) {
        guard let index = indexes[member.name] else {
            // A name that no card could declare may be personal data itself: it is not repeated.
            note(.unknown, at: CardText.identifier.matches(member.name) ? member.name : nil)
            return
        }
        guard !isGiven[index] else { return note(.duplicate, at: member.name) }
        isGiven[index] = true
        guard let number = member.value.number else { return note(.type, at: member.name) }
        do {
            let value = try FixedDecimal(text: number.text)
            if let fault = definitions[index].fault(of: value) {
                return note(fault, at: member.name)
            }
            values[index] = value
        } catch {
            note(SignalErrorCode(error), at: member.name)
        }
    }

    /// Notes a fault of the member of this name, or of the whole object.
    private mutating func note(_ code: SignalErrorCode, at name: String?) {
        guard errors.count < SignalErrors.countMax else { return }
        let place = name.map { "\(pointer)/\($0)" } ?? pointer
        errors.append(FieldError(pointer: place, code: code.rawValue))
    }
}

extension SignalErrorCode {
    fileprivate init(_ error: FixedDecimalError) {
        self =
            switch error {
            case .syntax: .type
            case .exponent: .exponent
            case .precision: .precision
            case .range: .range
            }
    }
}
