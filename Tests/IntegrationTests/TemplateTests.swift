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
        let place = try TemplateFolder("gallery", code: ["c": .c, "python": .python])
        let emulator = try EmulatorProcess(
            template: place.template, in: place.folder, parameters: ["HoldFile": place.holdFile])
        try expectWarnings(place, emulator)
        try Peers.check("gallery.py", emulator, ["hold": place.holdFile])
        #expect(emulator.stop() == 0)
    }

    private func expectWarnings(_ place: TemplateFolder, _ emulator: EmulatorProcess) throws {
        let expected = try place.warnings()
        #expect(!expected.isEmpty)
        #expect(emulator.warnings.sorted() == expected.sorted())
    }
}
