// caught by: UnloadingIsSignedOffInTime — where nothing has been put yet there is nothing to wait for
/// <summary>Exercise 06: the quay is joined before anything has been put onto it.</summary>
public static class DebugTheHang
{
    public static Task RunAsync(Harbour harbour, CancellationToken token) => harbour.Duty switch
    {
        HarbourDuty.Unload => UnloadAsync(harbour, token),
        HarbourDuty.KeepWatch => KeepWatchAsync(harbour, token),
        _ => MoveShipsAsync(harbour, token),
    };


    private static async Task UnloadAsync(Harbour harbour, CancellationToken token)
    {
        var quay = new JoinableQueue<Crate?>(harbour.QuaySize) { Name = "quay" };

        await TaskGroup.RunAsync(async group =>
        {
            group.Start(t => LiftCratesAsync(harbour, quay, t), "crane");
            for (var i = 1; i <= harbour.CartCount; i++)
                group.Start(t => StoreCratesAsync(harbour, quay, t), $"cart {i}");

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
        while (true)
        {
            var crate = await quay.GetAsync(token);
            try
            {
                if (crate is null)
                    return;
                await harbour.StoreAsync(crate, token);
            }
            finally
            {
                quay.MarkDone();
            }
        }
    }


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
        try
        {
            for (var number = 1; !token.IsCancellationRequested; number++)
            {
                var call = await harbour.HearAsync(number, token);
                await harbour.AnswerAsync(call, token);
                await answered.PutAsync(call, CancellationToken.None);
            }
        }
        finally
        {
            await answered.PutAsync(null, CancellationToken.None);
        }
    }

    private static async Task EnterCallsAsync(Harbour harbour, JoinableQueue<RadioCall?> answered)
    {
        while (await answered.GetAsync(CancellationToken.None) is { } call)
            await harbour.EnterAsync(call, CancellationToken.None);
    }


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
            await pilot.WaitAsync(token);
            await harbour.TakePilotAboardAsync(ship, token);
            await tug.WaitAsync(token);
            await harbour.MakeTugFastAsync(ship, token);
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
            await pilot.WaitAsync(token);
            await harbour.TakePilotAboardAsync(ship, token);
            await tug.WaitAsync(token);
            await harbour.MakeTugFastAsync(ship, token);
            await harbour.MoveAsync(ship, token);
            pilot.Release();
            tug.Release();
        }
    }
}
