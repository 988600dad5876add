// right: joined before anybody is sent home; the book is shut down instead of ended by a word; one lock for pilot and tug together
/// <summary>Exercise 06: three programs of one harbour, each of which could hang, mended.</summary>
public static class DebugTheHang
{
    public static Task RunAsync(Harbour harbour, CancellationToken token) => harbour.Duty switch
    {
        HarbourDuty.Unload => UnloadAsync(harbour, token),
        HarbourDuty.KeepWatch => KeepWatchAsync(harbour, token),
        _ => MoveShipsAsync(harbour, token),
    };

    // ------------------------------------------------------------------------------------------------------------------------------
    // Program 1, unloading: a crane lifts crates onto the quay, carts bring them into the store.
    // ------------------------------------------------------------------------------------------------------------------------------

    private static async Task UnloadAsync(Harbour harbour, CancellationToken token)
    {
        var quay = new JoinableQueue<Crate?>(harbour.QuaySize) { Name = "quay" };

        await TaskGroup.RunAsync(async group =>
        {
            var crane = group.Start(t => LiftCratesAsync(harbour, quay, t), "crane");
            for (var i = 1; i <= harbour.CartCount; i++)
                group.Start(t => StoreCratesAsync(harbour, quay, t), $"cart {i}");

            await crane.Completion; // joined any earlier the quay might still be empty
            await quay.JoinAsync(group.Token); // not before the last crate is in the store …
            harbour.SignOff(); // … is the ship unloaded

            for (var i = 1; i <= harbour.CartCount; i++)
                await quay.PutAsync(null, group.Token); // nobody joins any more, so nobody need mark this
        }, token);
    }

    private static async Task LiftCratesAsync(Harbour harbour, JoinableQueue<Crate?> quay, CancellationToken token)
    {
        for (var number = 1; number <= harbour.CrateCount; number++)
        {
            var crate = await harbour.LiftAsync(number, token);
            await quay.PutAsync(crate, token);
        }
    }

    private static async Task StoreCratesAsync(Harbour harbour, JoinableQueue<Crate?> quay, CancellationToken token)
    {
        while (await quay.GetAsync(token) is { } crate)
        {
            try
            {
                await harbour.StoreAsync(crate, token);
            }
            finally
            {
                quay.MarkDone();
            }
        }
    }

    // ------------------------------------------------------------------------------------------------------------------------------
    // Program 2, the watch: as long as the fog lies the horn sounds, the watch answers calls, and a writer enters them in the log book.
    // ------------------------------------------------------------------------------------------------------------------------------

    private static async Task KeepWatchAsync(Harbour harbour, CancellationToken token)
    {
        var answered = new JoinableQueue<RadioCall> { Name = "answered" };

        await TaskGroup.RunAsync(async group =>
        {
            group.Start(t => SoundHornAsync(harbour, t), "horn");
            group.Start(t => AnswerCallsAsync(harbour, answered, t), "watch");
            group.Start(_ => EnterCallsAsync(harbour, answered), "writer"); // no token: an answered call is entered, fog or no fog

            await harbour.WaitUntilFogLiftsAsync(group.Token);
            group.Cancel("the fog has lifted");
        }, token);

        harbour.SignOff();
    }

    private static async Task SoundHornAsync(Harbour harbour, CancellationToken token)
    {
        while (true)
            await harbour.SoundHornAsync(token);
    }

    private static async Task AnswerCallsAsync(Harbour harbour, JoinableQueue<RadioCall> answered, CancellationToken token)
    {
        try
        {
            for (var number = 1; ; number++)
            {
                var call = await harbour.HearAsync(number, token);
                await harbour.AnswerAsync(call, token);
                await answered.PutAsync(call, CancellationToken.None);
            }
        }
        finally // a cancelled watch leaves the loop by an exception
        {
            answered.Shutdown(); // what lies in it is still taken
        }
    }

    private static async Task EnterCallsAsync(Harbour harbour, JoinableQueue<RadioCall> answered)
    {
        await foreach (var call in answered.GetAllAsync(CancellationToken.None))
            await harbour.EnterAsync(call, CancellationToken.None);
    }

    // ------------------------------------------------------------------------------------------------------------------------------
    // Program 3, moving ships: each needs the one pilot and the one tug, both until it lies where it should.
    // ------------------------------------------------------------------------------------------------------------------------------

    private static async Task MoveShipsAsync(Harbour harbour, CancellationToken token)
    {
        using var entrance = new SemaphoreSlim(1); // whoever holds it has pilot and tug

        await TaskGroup.RunAsync(async group =>
        {
            group.Start(t => MoveEachAsync(harbour, harbour.Arrivals, entrance, t), "arrivals");
            group.Start(t => MoveEachAsync(harbour, harbour.Departures, entrance, t), "departures");
            group.Start(t => MoveEachAsync(harbour, harbour.BerthChanges, entrance, t), "berth changes");
        }, token);

        harbour.SignOff();
    }

    private static async Task MoveEachAsync(Harbour harbour, IReadOnlyList<Ship> ships, SemaphoreSlim entrance, CancellationToken token)
    {
        foreach (var ship in ships)
        {
            await harbour.WaitForShipAsync(ship, token);
            await entrance.WaitAsync(token);
            try
            {
                await Task.WhenAll(harbour.TakePilotAboardAsync(ship, token), harbour.MakeTugFastAsync(ship, token));
                await harbour.MoveAsync(ship, token);
            }
            finally
            {
                entrance.Release();
            }
        }
    }
}
