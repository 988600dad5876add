using System.Reflection;
using Grader;
using Workshop.Lesson.Exercises;

namespace Checks;

/// <summary>The exercises of the kit, in the order in which they are done.</summary>
public static class Exercises
{
    /// <summary>All of them.</summary>
    public static IReadOnlyList<ExerciseInfo> All { get; } =
    [
        new()
        {
            Slug = "01-launch-a-group",
            Title = "Launch a group: start workers, gather their results",
            FileName = "LaunchAGroup.cs",
            EntryType = "LaunchAGroup",
            World = typeof(VillageLibrary),
            Checks = typeof(LaunchAGroupChecks),
            Stub = StubOf("01-launch-a-group"),
            Scenarios =
            [
                // No two shelves are alike, and the helpers do not end in the order of the shelves: a sheet in another order is seen to be one.
                new Scenario("six shelves", new VillageLibrarySettings { Books = [41, 38, 52, 27, 60, 33], Seed = 1 }),
                new Scenario("a single shelf", new VillageLibrarySettings { Books = [48], Seed = 2 }),
                new Scenario("twelve shelves, one empty", new VillageLibrarySettings { Books = [31, 57, 0, 44, 29, 63, 36, 50, 25, 39, 54, 47], Seed = 3 }),
            ],
        },
        new()
        {
            Slug = "02-stop-with-sentinels",
            Title = "Stop with sentinels: every consumer ends, none early, none left",
            FileName = "StopWithSentinels.cs",
            EntryType = "StopWithSentinels",
            World = typeof(PostOffice),
            Checks = typeof(StopWithSentinelsChecks),
            Stub = StubOf("02-stop-with-sentinels"),
            Scenarios =
            [
                new Scenario("an ordinary evening", new PostOfficeSettings { Parcels = 8, Carriers = 3, Seed = 1 }),

                // Whoever puts a fixed number of sentinels, or counts parcels instead of carriers, puts too few here.
                new Scenario("more carriers than parcels", new PostOfficeSettings { Parcels = 3, Carriers = 5, Seed = 2 }),
                new Scenario("room for one thing", new PostOfficeSettings { Parcels = 6, Carriers = 2, BeltLength = 1, Seed = 3 }),
            ],
        },
        new()
        {
            Slug = "03-join-the-queue",
            Title = "Join the queue: all work processed before the group ends",
            FileName = "JoinTheQueue.cs",
            EntryType = "JoinTheQueue",
            World = typeof(PrintShop),
            Checks = typeof(JoinTheQueueChecks),
            Stub = StubOf("03-join-the-queue"),
            Scenarios =
            [
                // With two presses and this seed orders pile up: when the counter closes, some lie in the tray and some under a press. And the
                // order put last is not the one finished last.
                new Scenario("an ordinary morning", new PrintShopSettings { Orders = 8, Presses = 2, Seed = 45 }),
                new Scenario("one broken order", new PrintShopSettings { Orders = 8, Presses = 3, BrokenOrders = [5], Seed = 2 }),
                new Scenario("room for one order", new PrintShopSettings { Orders = 6, Presses = 2, TraySize = 1, Seed = 3 }),
            ],
        },
        new()
        {
            Slug = "04-clean-up-on-cancel",
            Title = "Clean up on cancel: log, release, rethrow",
            FileName = "CleanUpOnCancel.cs",
            EntryType = "CleanUpOnCancel",
            World = typeof(Bakery),
            Checks = typeof(CleanUpOnCancelChecks),
            Stub = StubOf("04-clean-up-on-cancel"),
            Scenarios =
            [
                new Scenario("an alarm in the middle of the work", new BakerySettings { Doughs = 12, Bakers = 3, AlarmAfter = 150, Seed = 1 }),

                // One slow baker and a small table: the mixer waits for room when the alarm goes.
                new Scenario("room for one dough", new BakerySettings { Doughs = 8, Bakers = 1, TableSize = 1, AlarmAfter = 160, Seed = 2 }),

                // The mixer has ended, and the bakers wait at an empty table.
                new Scenario("an alarm when all is baked", new BakerySettings { Doughs = 4, Bakers = 2, AlarmAfter = 1000, Seed = 3 }),
            ],
        },
        new()
        {
            Slug = "05-enforce-a-deadline",
            Title = "Enforce a deadline: TIMEOUT or DONE, with true counts",
            FileName = "EnforceADeadline.cs",
            EntryType = "EnforceADeadline",
            World = typeof(Ferry),
            Checks = typeof(EnforceADeadlineChecks),
            Stub = StubOf("05-enforce-a-deadline"),
            Scenarios =
            [
                // With this seed a crate is being lashed when the ferry leaves, one is on its way, and the lorry waits for room.
                new Scenario("a full lorry", new FerrySettings { Crates = 14, Dockers = 2, QuaySize = 2, BoardingTime = 400, Seed = 84 }),
                new Scenario("time enough", new FerrySettings { Crates = 6, Dockers = 3, QuaySize = null, BoardingTime = 2000, Seed = 2 }),

                // Only who counts from the very beginning stops in time here.
                new Scenario("gone before the ramp is down", new FerrySettings { Crates = 3, Dockers = 1, BoardingTime = 30, Seed = 3 }),
                new Scenario("a storm", new FerrySettings { Crates = 14, Dockers = 3, QuaySize = 3, BoardingTime = 400, StormAfter = 200, Seed = 4 }),

                // The lorry is empty in time; crates are on their way when the ferry leaves, and a docker who hears it and says nothing makes that look like an end.
                new Scenario("the last crates come late", new FerrySettings { Crates = 4, Dockers = 4, QuaySize = null, BoardingTime = 200, Seed = 5 }),
            ],
        },
        new()
        {
            Slug = "06-debug-the-hang",
            Title = "Debug the hang: three programs, three reasons",
            FileName = "DebugTheHang.cs",
            EntryType = "DebugTheHang",
            World = typeof(Harbour),
            Checks = typeof(DebugTheHangChecks),
            Stub = StubOf("06-debug-the-hang"),
            Scenarios =
            [
                new Scenario("program 1, three carts", new HarbourSettings { Duty = HarbourDuty.Unload, Crates = 8, Carts = 3, Seed = 1 }) { Part = nameof(HarbourDuty.Unload) },

                // One cart is slower than the crane: without a bound crates pile up.
                new Scenario("program 1, a single cart", new HarbourSettings { Duty = HarbourDuty.Unload, Crates = 9, Carts = 1, QuaySize = 1, Seed = 2 }) { Part = nameof(HarbourDuty.Unload) },
                new Scenario("program 2, a long fog", new HarbourSettings { Duty = HarbourDuty.KeepWatch, FogLiftsAfter = 450, Seed = 1 }) { Part = nameof(HarbourDuty.KeepWatch) },
                new Scenario("program 2, a short fog", new HarbourSettings { Duty = HarbourDuty.KeepWatch, FogLiftsAfter = 300, Seed = 2 }) { Part = nameof(HarbourDuty.KeepWatch) },

                // In the plain order no two meet halfway; in others they do.
                new Scenario("program 3, three ships", new HarbourSettings { Duty = HarbourDuty.MoveShips, ArrivalsAt = [100], DeparturesAt = [135], BerthChangesAt = [300], Seed = 2 }) { Part = nameof(HarbourDuty.MoveShips) },
                new Scenario("program 3, six ships", new HarbourSettings { Duty = HarbourDuty.MoveShips, ArrivalsAt = [60, 500], DeparturesAt = [250, 700], BerthChangesAt = [95, 535], Seed = 2 }) { Part = nameof(HarbourDuty.MoveShips) },
            ],
        },
        new()
        {
            Slug = "07-first-failure",
            Title = "First failure: siblings stop, all errors are reported, partial results kept",
            FileName = "FirstFailure.cs",
            EntryType = "FirstFailure",
            World = typeof(BalloonMeadow),
            Checks = typeof(FirstFailureChecks),
            Stub = StubOf("07-first-failure"),
            Scenarios =
            [
                // With exact timers: 5 and 2 are done, in this order, when 3 turns out to be faulty; then 1, 4 and 6 are stopped, and 4 has one more fault.
                new Scenario("a fault, and another while stopping", new BalloonMeadowSettings { Readings = [18, 64, 41, 27, 73, 36], FaultyPoints = [3], BrokenInstruments = [4], Seed = 24576 }),
                new Scenario("everything in order", new BalloonMeadowSettings { Readings = [52, 19, 87, 33, 46], Seed = 3 }),

                // With exact timers both are found at the same moment, and nothing is finished by then.
                new Scenario("two faults at the same moment", new BalloonMeadowSettings { Readings = [71, 25, 48, 93, 16], FaultyPoints = [2, 4], Seed = 6826 }),
            ],
        },
        new()
        {
            Slug = "08-refactor-manual-tasks",
            Title = "Refactor manual tasks: a list of tasks becomes a group, and its bugs go",
            FileName = "RefactorManualTasks.cs",
            EntryType = "RefactorManualTasks",
            World = typeof(MovingDay),
            Checks = typeof(RefactorManualTasksChecks),
            Stub = StubOf("08-refactor-manual-tasks"),
            Scenarios =
            [
                // The rooms end in the order 3, 4, 1, 2, and the piano after them.
                new Scenario("an ordinary day", new MovingDaySettings { Boxes = [12, 31, 7, 19], PianoTakes = 130, Seed = 11 }),

                // The piano is down before the last room is packed: whoever waits for the piano alone has not waited for the packers.
                new Scenario("a day with few stairs", new MovingDaySettings { Boxes = [5, 23, 16], PianoTakes = 30, Seed = 7 }),

                // With exact timers room 2 is packed when something breaks in room 3; 1 and 4 are stopped, and 4 drops something.
                new Scenario("something breaks, and more while stopping", new MovingDaySettings { Boxes = [24, 8, 15, 33], DamagedRooms = [3], DroppedArmfuls = [4], PianoTakes = 140, Seed = 450 }),
                new Scenario("the piano falls", new MovingDaySettings { Boxes = [17, 22, 9, 28], PianoTakes = 50, PianoFalls = true, Seed = 4 }),
                new Scenario("the customer calls it off", new MovingDaySettings { Boxes = [14, 26, 11, 6], PianoTakes = 120, CalledOffAfter = 45, Seed = 6 }),
            ],
        },
        new()
        {
            Slug = "09-nested-scopes",
            Title = "Nested scopes: a deadline for each item, one for the batch, and a shielded clean-up",
            FileName = "NestedScopes.cs",
            EntryType = "NestedScopes",
            World = typeof(PhoneRound),
            Checks = typeof(NestedScopesChecks),
            Stub = StubOf("09-nested-scopes"),
            Scenarios =
            [
                // When the evening ends, both volunteers are in the middle of a call, and each has given one up before.
                new Scenario("a long list", new PhoneRoundSettings { Members = 12, Volunteers = 2, CallLimit = 80, EveningLimit = 300, Talkative = [1, 4], Seed = 1 }),
                new Scenario("time enough", new PhoneRoundSettings { Members = 7, Volunteers = 2, CallLimit = 80, EveningLimit = 3000, Talkative = [2, 3], Seed = 2 }),
                new Scenario("receivers that stick", new PhoneRoundSettings { Members = 9, Volunteers = 3, CallLimit = 80, EveningLimit = 250, Talkative = [2, 7, 8], Stuck = [2, 4, 7, 8, 9], Seed = 3 }),
            ],
        },
        new()
        {
            Slug = "10-build-a-task-group",
            Title = "Build a task group: in eight rungs, against the conformance suite",
            FileName = "BuildATaskGroup.cs",
            EntryType = "BuildATaskGroup",
            World = typeof(Ladder),
            Checks = typeof(BuildATaskGroupChecks),
            Stub = StubOf("10-build-a-task-group"),
            Scenarios = LadderRung.Scenarios,
        },
        new()
        {
            Slug = "11-crawl",
            Title = "Crawl: a bounded, polite crawler with a deadline",
            FileName = "Crawl.cs",
            EntryType = "Crawl",
            World = typeof(ClubSite),
            Checks = typeof(CrawlChecks),
            Stub = StubOf("11-crawl"),
            Scenarios =
            [
                new Scenario("an ordinary day", new ClubSiteSettings { Pages = 13, MostAtOnce = 4, Missing = [4, 9], Seed = 1 }),

                // More failures than requests allowed at a time, and more pages that lead nowhere: whoever loses a permit at each stands still.
                new Scenario("a bad day", new ClubSiteSettings { Pages = 12, MostAtOnce = 3, Missing = [1, 4, 10], Busy = [2, 7], Dropping = [3, 8], Moody = [5], Dead = [6], Torn = [9], Seed = 2 }),

                // At the deadline one page is on its way, at its last try, one waits to be asked for again, and others are still to come.
                new Scenario("the server is switched off early", new ClubSiteSettings { Pages = 14, MostAtOnce = 3, Deadline = 1_700, Missing = [4], Moody = [3], Slow = [3], Dead = [2], Seed = 3 }),
                new Scenario("the caller changes his mind", new ClubSiteSettings { Pages = 14, MostAtOnce = 3, Deadline = 5_000, Busy = [1], Slow = [4], CallerStopsAfter = 300, Seed = 4 }),
            ],
        },
    ];

    /// <summary>Finds an exercise by what a person types.</summary>
    /// <param name="name">Its number, its name, or both: <c>3</c>, <c>03</c>, <c>join-the-queue</c>, <c>03-join-the-queue</c>.</param>
    /// <returns>The exercise; <see langword="null"/>: there is none of that name.</returns>
    public static ExerciseInfo? Find(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        return All.FirstOrDefault(exercise =>
            name.Equals(exercise.Slug, StringComparison.OrdinalIgnoreCase)
            || name.Equals(exercise.Slug[3..], StringComparison.OrdinalIgnoreCase)
            || (int.TryParse(name, out var number) && number == int.Parse(exercise.Number)));
    }

    private static string StubOf(string slug)
    {
        // The name's slash is the one of the machine that built it.
        var assembly = Assembly.GetExecutingAssembly();
        using var stream = assembly.GetManifestResourceStream($"{slug}/Stub.cs") ?? assembly.GetManifestResourceStream($"{slug}\\Stub.cs")
            ?? throw new InvalidOperationException($"solutions/{slug}/Stub.cs is not embedded in this assembly.");
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
