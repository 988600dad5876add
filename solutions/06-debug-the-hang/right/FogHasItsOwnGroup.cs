// right: an inner group for what the fog stops, and permits that are given back by a using
using System.Runtime.CompilerServices;
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


    private static async Task UnloadAsync(Harbour harbour, CancellationToken token)
    {
        var quay = new JoinableQueue<Crate?>(harbour.QuaySize) { Name = "quay" };
        await TaskGroup.RunAsync(async group =>
        {
            var carts = Enumerable.Range(1, harbour.CartCount).Select(i => group.Start(StoreAsync, $"cart {i}")).ToArray();
            for (var number = 1; number <= harbour.CrateCount; number++)
                await quay.PutAsync(await harbour.LiftAsync(number, group.Token), group.Token);
            foreach (var _ in carts)
                await quay.PutAsync(null, group.Token);
            await Task.WhenAll(carts.Select(c => c.Completion));
            harbour.SignOff();
        }, token);

        async Task StoreAsync(CancellationToken t)
        {
            for (var crate = await quay.GetAsync(t); crate != null; crate = await quay.GetAsync(t))
                await harbour.StoreAsync(crate, t);
        }
    }

    private static async Task KeepWatchAsync(Harbour harbour, CancellationToken token)
    {
        var answered = Channel.CreateUnbounded<RadioCall>(new UnboundedChannelOptions { SingleReader = true, SingleWriter = true });

        await TaskGroup.RunAsync(async outer =>
        {
            outer.Start(_ => WriteAsync(), "writer");

            await TaskGroup.RunAsync(async fog =>
            {
                fog.Start(t => SoundHornAsync(harbour, t), "horn");
                fog.Start(async t =>
                {
                    await foreach (var call in CallsAsync(harbour, t))
                        answered.Writer.TryWrite(call);
                }, "watch");
                await harbour.WaitUntilFogLiftsAsync(fog.Token);
                fog.Cancel();
            }, outer.Token);

            answered.Writer.Complete();
        }, token);

        harbour.SignOff();

        async Task WriteAsync()
        {
            await foreach (var call in answered.Reader.ReadAllAsync())
                await harbour.EnterAsync(call, default);
        }
    }

    private static async Task SoundHornAsync(Harbour harbour, CancellationToken token)
    {
        for (; ; )
            await harbour.SoundHornAsync(token);
    }

    private static async IAsyncEnumerable<RadioCall> CallsAsync(Harbour harbour, [EnumeratorCancellation] CancellationToken token = default)
    {
        var number = 0;
        while (true)
        {
            var call = await harbour.HearAsync(++number, token);
            await harbour.AnswerAsync(call, token);
            yield return call;
        }
    }

    private static async Task MoveShipsAsync(Harbour harbour, CancellationToken token)
    {
        var crew = new Crew();
        await TaskGroup.RunAsync(async group =>
        {
            await Task.WhenAll(
                group.Start(t => WorkAsync(harbour.Arrivals, t), "arrivals").Completion,
                group.Start(t => WorkAsync(harbour.Departures, t), "departures").Completion,
                group.Start(t => WorkAsync(harbour.BerthChanges, t), "berth changes").Completion);
        }, token);
        harbour.SignOff();

        async Task WorkAsync(IReadOnlyList<Ship> ships, CancellationToken t)
        {
            foreach (var ship in ships)
            {
                await harbour.WaitForShipAsync(ship, t);
                using var tug = await crew.Tug.TakeAsync(t);
                await harbour.MakeTugFastAsync(ship, t);
                using var pilot = await crew.Pilot.TakeAsync(t);
                await harbour.TakePilotAboardAsync(ship, t);
                await harbour.MoveAsync(ship, t);
            }
        }
    }

    private sealed record Crew
    {
        public Permit Tug { get; } = new();
        public Permit Pilot { get; } = new();
    }

    private sealed class Permit
    {
        private readonly SemaphoreSlim _semaphore = new(1, 1);

        public async ValueTask<IDisposable> TakeAsync(CancellationToken token)
        {
            await _semaphore.WaitAsync(token);
            return new Release(_semaphore);
        }

        private sealed class Release(SemaphoreSlim semaphore) : IDisposable
        {
            public void Dispose() => semaphore.Release();
        }
    }
}
