/// <summary>Exercise 06: three programs of one harbour, and each can hang. Find out why, and mend it. The task is told in README.md.</summary>
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

            await crane.Completion;
            await quay.JoinAsync(group.Token); // not before the last crate is in the store …
            harbour.SignOff(); // … is the ship unloaded
        }, token);
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
        var answered = new JoinableQueue<RadioCall?> { Name = "answered" };

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

    private static async Task AnswerCallsAsync(Harbour harbour, JoinableQueue<RadioCall?> answered, CancellationToken token)
    {
        for (var number = 1; !token.IsCancellationRequested; number++)
        {
            var call = await harbour.HearAsync(number, token);
            await harbour.AnswerAsync(call, token);
            await answered.PutAsync(call, CancellationToken.None);
        }

        await answered.PutAsync(null, CancellationToken.None); // instead of a call: the writer may close the book
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
        using var pilot = new SemaphoreSlim(1);
        using var tug = new SemaphoreSlim(1);

        await TaskGroup.RunAsync(async group =>
        {
            group.Start(t => BringInAsync(harbour, pilot, tug, t), "arrivals");
            group.Start(t => BringOutAsync(harbour, pilot, tug, t), "departures");
            group.Start(t => ChangeBerthsAsync(harbour, pilot, tug, t), "berth changes");
        }, token);

        harbour.SignOff();
    }

    private static async Task BringInAsync(Harbour harbour, SemaphoreSlim pilot, SemaphoreSlim tug, CancellationToken token)
    {
        foreach (var ship in harbour.Arrivals)
        {
            await harbour.WaitForShipAsync(ship, token);
            await pilot.WaitAsync(token); // at sea a ship needs somebody who knows the way …
            await harbour.TakePilotAboardAsync(ship, token);
            await tug.WaitAsync(token); // … and between the piers somebody who pulls
            await harbour.MakeTugFastAsync(ship, token);
            await harbour.MoveAsync(ship, token);
            tug.Release();
            pilot.Release();
        }
    }

    private static async Task BringOutAsync(Harbour harbour, SemaphoreSlim pilot, SemaphoreSlim tug, CancellationToken token)
    {
        foreach (var ship in harbour.Departures)
        {
            await harbour.WaitForShipAsync(ship, token);
            await tug.WaitAsync(token); // nobody leaves the quay without being pulled …
            await harbour.MakeTugFastAsync(ship, token);
            await pilot.WaitAsync(token); // … or the harbour without being led
            await harbour.TakePilotAboardAsync(ship, token);
            await harbour.MoveAsync(ship, token);
            pilot.Release();
            tug.Release();
        }
    }

    private static async Task ChangeBerthsAsync(Harbour harbour, SemaphoreSlim pilot, SemaphoreSlim tug, CancellationToken token)
    {
        foreach (var ship in harbour.BerthChanges)
        {
            await harbour.WaitForShipAsync(ship, token);
            await tug.WaitAsync(token);
            await harbour.MakeTugFastAsync(ship, token);
            await pilot.WaitAsync(token);
            await harbour.TakePilotAboardAsync(ship, token);
            await harbour.MoveAsync(ship, token);
            pilot.Release();
            tug.Release();
        }
    }
}
