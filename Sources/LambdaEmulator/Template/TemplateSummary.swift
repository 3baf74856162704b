/// What a template comes to, for people.
package struct TemplateSummary {
    /// A line for each thing, in paragraphs.
    package let text: String

    /// - Parameter unixMs: When schedules begin to count.
    package init(_ template: Template, atMs unixMs: Int64) {
        var paragraphs = [Self.functions(of: template)]
        paragraphs.append(Self.schedules(of: template, unixMs))
        paragraphs.append(
            template.streams.map { stream in
                "changes   \(stream.table) -> \(stream.function), \(stream.batchSize) at most"
            })
        paragraphs.append(
            template.queueSources.map { source in
                "messages  \(source.queue) -> \(source.function), \(source.batchSize) at most"
            })
        paragraphs.append(
            template.queues.map { queue in
                let redrive = queue.redrive.map {
                    ", after \($0.receiveCountMax) receives to \($0.queue)"
                }
                return "queue     \(queue.name)\(redrive ?? "")"
            })
        text = paragraphs.filter { !$0.isEmpty }.map { $0.joined(separator: "\n") + "\n" }
            .joined(separator: "\n")
    }

    private static func functions(of template: Template) -> [String] {
        template.functions.flatMap { function in
            let perInstance =
                function.invocationsPerInstanceMax > 1
                ? " of \(function.invocationsPerInstanceMax) calls each" : ""
            let head =
                "function  \(function.name): \(function.timeoutMs / 1_000) s, "
                + "\(function.memoryMB) MB, "
                + "\(function.concurrencyMax) instances\(perInstance) at most"
            let callers = template.routes.filter { $0.function == function.name }.map(\.key)
            let urls = template.functionURLs.contains { $0.function == function.name }
            return [head] + callers.map { "          \($0)" }
                + (urls ? ["          /lambda-url/\(function.name)/"] : [])
        }
    }

    private static func schedules(of template: Template, _ unixMs: Int64) -> [String] {
        template.schedules.map { schedule in
            let next = schedule.next(afterMs: unixMs, createdMs: unixMs)
            let when = next.map { "next at \(CivilTime.iso8601(unixMs: $0))" } ?? "never again"
            return "schedule  \(schedule.name) -> \(schedule.function), "
                + "\(schedule.expression), \(when)"
        }
    }
}

extension Template {
    /// The limits of AWS that its functions cross as they stand: `NAME: …`.
    package var limitsCrossed: [String] { LimitWarnings.all(in: self) }
}
