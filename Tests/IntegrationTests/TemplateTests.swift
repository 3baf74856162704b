import Foundation
import TableStore
import Testing

/// Templates as other people write them start as they are: their functions answer, and what is
/// not emulated is named with its line.
@Suite(.serialized, .timeLimit(.minutes(5))) struct TemplateTests {
    @Test func aBookshopWithTwoAPIs() throws {
        let place = try TemplateFolder("bookshop", code: ["c": .c, "python": .python])
        let emulator = try EmulatorProcess(template: place.template, in: place.folder)
        try expectWarnings(place, emulator)
        try Peers.check("bookshop.py", emulator)
        #expect(emulator.stop() == 0)
    }

    @Test func aGalleryThatIsStreamedFromAFunctionsURL() throws {
        let place = try TemplateFolder(
            "gallery", code: ["c": .c, "python": .python, "layer": .layer])
        let witness = place.folder.appending(path: "witness").path
        let emulator = try EmulatorProcess(
            template: place.template, in: place.folder,
            parameters: ["HoldFile": place.holdFile, "WitnessFile": witness])
        try expectWarnings(place, emulator)
        try Peers.check("gallery.py", emulator, ["hold": place.holdFile, "witness": witness])
        #expect(emulator.stop() == 0)
        let told = try String(contentsOfFile: witness, encoding: .utf8).split(separator: "\n")
        for function in ["local-pages", "local-uploads"] {
            #expect(told.contains("\(function) SHUTDOWN spindown"))
        }
    }

    @Test func aParcelServiceOfQueuesSchedulesAndAStream() async throws {
        let place = try TemplateFolder("parcels", code: ["python": .python])
        try await putParcels(in: place)
        let ledger = place.folder.appending(path: "ledger").path
        let opening = Date(timeIntervalSinceNow: 2 * 86_400)
        // The depot's clocks are nine hours ahead, the whole year.
        let local = opening.addingTimeInterval(9 * 3_600).formatted(.iso8601).dropLast()
        let emulator = try EmulatorProcess(
            template: place.template, in: place.folder,
            parameters: [
                "LedgerFile": ledger, "StoreURL": place.store, "Opening": String(local),
            ])
        try expectWarnings(place, emulator)
        try Peers.check(
            "parcels.py", emulator,
            ["ledger": ledger, "opening": opening.formatted(.iso8601)])
        #expect(emulator.stop() == 0)
    }

    /// What the service's table holds before its functions are started.
    private func putParcels(in place: TemplateFolder) async throws {
        let table = TableDefinition(
            name: "parcels", partitionKey: KeyAttribute(name: "id", type: .string),
            hasStream: true)
        let store = try SQLiteStore(path: place.storeFile, tables: [table])
        try await store.transact(
            ["a", "b", "damaged", "c"].map { .put(["id": .string($0)], into: "parcels") })
        store.close()
    }

    private func expectWarnings(_ place: TemplateFolder, _ emulator: EmulatorProcess) throws {
        let expected = try place.warnings()
        #expect(!expected.isEmpty)
        #expect(emulator.warnings.sorted() == expected.sorted())
    }
}
