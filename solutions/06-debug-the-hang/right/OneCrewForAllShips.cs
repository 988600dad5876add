// right: pilot and tug are one crew that takes orders, and the store counts what is missing
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
        var quay = Channel.CreateBounded<Crate>(harbour.QuaySize);
        var allStored = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var left = harbour.CrateCount;

        await TaskGroup.RunAsync(async group =>
        {
            group.Start(async t =>
            {
                for (var number = 1; number <= harbour.CrateCount; number++)
                    await quay.Writer.WriteAsync(await harbour.LiftAsync(number, t), t);
            }, "crane");
            for (var i = 1; i <= harbour.CartCount; i++)
                group.Start(CartAsync, $"cart {i}");

            await allStored.Task.WaitAsync(group.Token);
            harbour.SignOff();
            group.Cancel("all is stored");
        }, token);

        async Task CartAsync(CancellationToken t)
        {
            while (true)
            {
                var crate = await quay.Reader.ReadAsync(t);
                await harbour.StoreAsync(crate, t);
                if (Interlocked.Decrement(ref left) == 0)
                    allStored.SetResult();
            }
        }
    }

    private static async Task KeepWatchAsync(Harbour harbour, CancellationToken token)
    {
        var answered = new JoinableQueue<RadioCall> { Name = "answered" };

        await TaskGroup.RunAsync(async group =>
        {
            group.Start(t => SoundHornAsync(harbour, t), "horn");
            group.Start(t => AnswerCallsAsync(harbour, answered, t), "watch");
            group.Start(async _ =>
            {
                await foreach (var call in answered.GetAllAsync())
                {
                    await harbour.EnterAsync(call, CancellationToken.None);
                    answered.MarkDone();
                }
            }, "writer");

            await harbour.WaitUntilFogLiftsAsync(group.Token);
            group.Cancel("the fog has lifted");
        }, token);

        harbour.SignOff();
    }

    private static async Task SoundHornAsync(Harbour harbour, CancellationToken token)
    {
        while (!token.IsCancellationRequested)
        {
            try
            {
                await harbour.SoundHornAsync(token);
            }
            catch (OperationCanceledException)
            {
                break;
            }
        }
    }

    private static async Task AnswerCallsAsync(Harbour harbour, JoinableQueue<RadioCall> answered, CancellationToken token)
    {
        try
        {
            for (var number = 1; ; number++)
            {
                var call = await harbour.HearAsync(number, token);
                await harbour.AnswerAsync(call, token);
                answered.TryPut(call);
            }
        }
        catch (OperationCanceledException)
        {
            answered.Shutdown();
            throw;
        }
    }

    private static async Task MoveShipsAsync(Harbour harbour, CancellationToken token)
    {
        var jobs = Channel.CreateUnbounded<Job>();

        await TaskGroup.RunAsync(async group =>
        {
            group.Start(async t =>
            {
                await foreach (var (ship, moved) in jobs.Reader.ReadAllAsync(t))
                {
                    await harbour.TakePilotAboardAsync(ship, t);
                    await harbour.MakeTugFastAsync(ship, t);
                    await harbour.MoveAsync(ship, t);
                    moved.TrySetResult();
                }
            }, "pilot with tug");

            var lists = new[] { harbour.Arrivals, harbour.Departures, harbour.BerthChanges };
            var callers = lists.Select(ships => group.Start(async t =>
            {
                foreach (var ship in ships)
                {
                    await harbour.WaitForShipAsync(ship, t);
                    var job = new Job(ship, new TaskCompletionSource());
                    await jobs.Writer.WriteAsync(job, t);
                    await job.Moved.Task;
                }
            })).ToList();

            foreach (var caller in callers)
                await caller.Completion;
            jobs.Writer.Complete();
        }, token);

        harbour.SignOff();
    }

    private sealed record Job(Ship Ship, TaskCompletionSource Moved);
}
