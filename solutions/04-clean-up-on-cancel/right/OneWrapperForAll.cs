// right: one method notes for all, what is to be released is disposed, and the table counts by ForEachAsync
/// <summary>Exercise 04: leave the bakery in order when the alarm goes.</summary>
public static class CleanUpOnCancel
{
    public static async Task RunAsync(Bakery bakery, CancellationToken token)
    {
        var table = new JoinableQueue<Dough>(bakery.TableSize) { Name = "table" };

        await TaskGroup.RunAsync(async group =>
        {
            group.Start(t => NotingAsync(bakery, "mixer", () => MixAsync(bakery, table, t)), "mixer");
            for (var i = 1; i <= bakery.BakerCount; i++)
            {
                var name = $"baker {i}";
                group.Start(t => NotingAsync(bakery, name, () => BakeAsync(bakery, table, name, t)), name);
            }

            await bakery.WaitForAlarmAsync(group.Token);
            group.Cancel("fire alarm");
        }, token);
    }

    private static async Task NotingAsync(Bakery bakery, string who, Func<Task> work)
    {
        try
        {
            await work();
        }
        catch (Exception e)
        {
            if (e is OperationCanceledException)
                bakery.NoteStopped(who);
            throw;
        }
    }

    private static async Task MixAsync(Bakery bakery, JoinableQueue<Dough> table, CancellationToken token)
    {
        using var tap = new Tap(bakery);
        for (var number = 1; number <= bakery.DoughCount; number++)
            await table.PutAsync(await bakery.MixAsync(number, token), token);
    }

    private static async Task BakeAsync(Bakery bakery, JoinableQueue<Dough> table, string name, CancellationToken token)
    {
        await using var oven = new Oven(bakery, name);
        await table.ForEachAsync(bakery.BakeAsync, token);
    }

    private sealed class Tap : IDisposable
    {
        private readonly Bakery _bakery;

        public Tap(Bakery bakery)
        {
            _bakery = bakery;
            bakery.OpenTap();
        }

        public void Dispose() => _bakery.CloseTap();
    }

    private sealed class Oven : IAsyncDisposable
    {
        private readonly Bakery _bakery;
        private readonly string _name;

        public Oven(Bakery bakery, string name)
        {
            (_bakery, _name) = (bakery, name);
            bakery.LightOven(name);
        }

        public async ValueTask DisposeAsync() => await _bakery.PutOutOvenAsync(_name, CancellationToken.None);
    }
}
