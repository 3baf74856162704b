/// The codes of faults in signals.
enum SignalErrorCode: String {
    case unknown = "signal_unknown"
    case duplicate = "signal_duplicate"
    case type = "signal_type"
    case exponent = "signal_exponent"
    case precision = "signal_precision"
    case range = "signal_range"
    case required = "signal_required"
}
