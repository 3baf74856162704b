import Glibc

/// The template that is meant when none is named.
enum UsualTemplate {
    static let help = "template.yaml, or infra/template.yaml"

    static var path: String { path { access($0, R_OK) == 0 } }

    /// The one that is there; the first when neither is.
    static func path(_ isThere: (String) -> Bool) -> String {
        let paths = ["template.yaml", "infra/template.yaml"]
        return paths.first(where: isThere) ?? paths[0]
    }
}
