// right: what the group waits for anyway needs no join; a group inside the group for those who are stopped; one task moves all ships
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
            group.Start(t => LiftCratesAsync(harbour, quay, t), "crane");
            for (var i = 1; i <= harbour.CartCount; i++)
                group.Start(t => StoreCratesAsync(harbour, quay, t), $"cart {i}");
        }, token);

        harbour.SignOff(); // every cart has gone home, so every crate is in the store
    }

    private static async Task LiftCratesAsync(Harbour harbour, JoinableQueue<Crate?> quay, CancellationToken token)
    {
        for (var number = 1; number <= harbour.CrateCount; number++)
        {
            var crate = await harbour.LiftAsync(number, token);
            await quay.PutAsync(crate, token);
        }

        for (var i = 1; i <= harbour.CartCount; i++)
            await quay.PutAsync(null, token); // instead of a crate: this cart may go home
    }

    private static async Task StoreCratesAsync(Harbour harbour, JoinableQueue<Crate?> quay, CancellationToken token)
    {
        while (await quay.GetAsync(token) is { } crate)
        {
            await harbour.StoreAsync(crate, token);
        }
    }

    // ------------------------------------------------------------------------------------------------------------------------------
    // Program 2, the watch: as long as the fog lies the horn sounds, the watch answers calls, and a writer enters them in the log book.
    // ------------------------------------------------------------------------------------------------------------------------------

    private static async Task KeepWatchAsync(Harbour harbour, CancellationToken token)
    {
        var answered = new JoinableQueue<RadioCall?> { Name = "answered" };

        await TaskGroup.RunAsync(async group =>
        {
            group.Start(_ => EnterCallsAsync(harbour, answered), "writer"); // no token: an answered call is entered, fog or no fog

            await TaskGroup.RunAsync(async fog =>
            {
                fog.Start(t => SoundHornAsync(harbour, t), "horn");
                fog.Start(t => AnswerCallsAsync(harbour, answered, t), "watch");
                await harbour.WaitUntilFogLiftsAsync(fog.Token);
                fog.Cancel("the fog has lifted");
            }, group.Token);

            await answered.PutAsync(null, CancellationToken.None); // the watch has ended: nothing more will come
        }, token);

        harbour.SignOff();
    }

    private static async Task SoundHornAsync(Harbour harbour, CancellationToken token)
    {
        while (true)
            await harbour.SoundHornAsync(token);
    }

    private static async Task AnswerCallsAsync(Harbour harbour, JoinableQueue<RadioCall?> answered, CancellationToken token)
    {
        for (var number = 1; ; number++)
        {
            var call = await harbour.HearAsync(number, token);
            await harbour.AnswerAsync(call, token);
            await answered.PutAsync(call, CancellationToken.None);
        }
    }

    private static async Task EnterCallsAsync(Harbour harbour, JoinableQueue<RadioCall?> answered)
    {
        while (await answered.GetAsync(CancellationToken.None) is { } call)
            await harbour.EnterAsync(call, CancellationToken.None);
    }

    // ------------------------------------------------------------------------------------------------------------------------------
    // Program 3, moving ships: each needs the one pilot and the one tug, both until it lies where it should.
    // ------------------------------------------------------------------------------------------------------------------------------

    private static async Task MoveShipsAsync(Harbour harbour, CancellationToken token)
    {
        // There is one pilot and one tug: a single task has them all the time, and nothing needs a lock.
        foreach (var ship in harbour.Arrivals.Concat(harbour.Departures).Concat(harbour.BerthChanges).OrderBy(ship => ship.ReadyAt))
        {
            await harbour.WaitForShipAsync(ship, token);
            await harbour.MakeTugFastAsync(ship, token);
            await harbour.TakePilotAboardAsync(ship, token);
            await harbour.MoveAsync(ship, token);
        }

        harbour.SignOff();
    }
}
