// right: no queue of the kit at all; a channel is completed where the writing side ends, whichever way that is
using System.Threading.Channels;

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
        var quay = Channel.CreateBounded<Crate>(harbour.QuaySize);

        await TaskGroup.RunAsync(async group =>
        {
            group.Start(
                async t =>
                {
                    for (var number = 1; number <= harbour.CrateCount; number++)
                        await quay.Writer.WriteAsync(await harbour.LiftAsync(number, t), t);
                    quay.Writer.Complete();
                },
                "crane");
            for (var i = 1; i <= harbour.CartCount; i++)
            {
                group.Start(
                    async t =>
                    {
                        await foreach (var crate in quay.Reader.ReadAllAsync(t))
                            await harbour.StoreAsync(crate, t);
                    },
                    $"cart {i}");
            }
        }, token);

        harbour.SignOff(); // the group ends when the last cart has
    }

    // ------------------------------------------------------------------------------------------------------------------------------
    // Program 2, the watch: as long as the fog lies the horn sounds, the watch answers calls, and a writer enters them in the log book.
    // ------------------------------------------------------------------------------------------------------------------------------

    private static async Task KeepWatchAsync(Harbour harbour, CancellationToken token)
    {
        var answered = Channel.CreateUnbounded<RadioCall>();

        await TaskGroup.RunAsync(async group =>
        {
            group.Start(
                async t =>
                {
                    while (true)
                        await harbour.SoundHornAsync(t);
                },
                "horn");
            group.Start(
                async t =>
                {
                    try
                    {
                        for (var number = 1; ; number++)
                        {
                            var call = await harbour.HearAsync(number, t);
                            await harbour.AnswerAsync(call, t);
                            answered.Writer.TryWrite(call); // there is always room
                        }
                    }
                    finally
                    {
                        answered.Writer.Complete();
                    }
                },
                "watch");
            group.Start(
                async _ =>
                {
                    await foreach (var call in answered.Reader.ReadAllAsync(CancellationToken.None))
                        await harbour.EnterAsync(call, CancellationToken.None);
                },
                "writer");

            await harbour.WaitUntilFogLiftsAsync(group.Token);
            group.Cancel("the fog has lifted");
        }, token);

        harbour.SignOff();
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
            await pilot.WaitAsync(token); // everybody asks for the pilot first: who has him will get the tug
            await tug.WaitAsync(token);
            await harbour.MakeTugFastAsync(ship, token);
            await harbour.TakePilotAboardAsync(ship, token);
            await harbour.MoveAsync(ship, token);
            tug.Release();
            pilot.Release();
        }
    }

    private static async Task ChangeBerthsAsync(Harbour harbour, SemaphoreSlim pilot, SemaphoreSlim tug, CancellationToken token)
    {
        foreach (var ship in harbour.BerthChanges)
        {
            await harbour.WaitForShipAsync(ship, token);
            await pilot.WaitAsync(token);
            await tug.WaitAsync(token);
            await harbour.MakeTugFastAsync(ship, token);
            await harbour.TakePilotAboardAsync(ship, token);
            await harbour.MoveAsync(ship, token);
            tug.Release();
            pilot.Release();
        }
    }
}
