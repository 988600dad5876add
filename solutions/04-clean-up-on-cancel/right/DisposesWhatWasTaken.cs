// right: tap, oven and dough in hand are things to be disposed of
public static class CleanUpOnCancel
{
    public static async Task RunAsync(Bakery bakery, CancellationToken token)
    {
        var table = new JoinableQueue<Dough>(bakery.TableSize) { Name = "table" };

        await TaskGroup.RunAsync(async group =>
        {
            group.Start(t => MixAsync(bakery, table, t), "mixer");
            for (var i = 1; i <= bakery.BakerCount; i++)
            {
                var name = $"baker {i}";
                group.Start(t => BakeAsync(bakery, table, name, t), name);
            }

            await bakery.WaitForAlarmAsync(group.Token);
            group.Cancel("fire alarm");
        }, token);
    }

    private static async Task MixAsync(Bakery bakery, JoinableQueue<Dough> table, CancellationToken token)
    {
        bakery.OpenTap();
        using var tap = new AtTheEnd(bakery.CloseTap);
        try
        {
            for (var number = 1; number <= bakery.DoughCount; number++)
                await table.PutAsync(await bakery.MixAsync(number, token), token);
        }
        catch (OperationCanceledException) when (token.IsCancellationRequested)
        {
            bakery.NoteStopped("mixer");
            throw;
        }
    }

    private static async Task BakeAsync(Bakery bakery, JoinableQueue<Dough> table, string name, CancellationToken token)
    {
        await using var oven = new Oven(bakery, name);
        try
        {
            while (true)
            {
                var dough = await table.GetAsync(token).ConfigureAwait(false);
                using var hand = new AtTheEnd(table.MarkDone);
                await bakery.BakeAsync(dough, token);
            }
        }
        catch (OperationCanceledException)
        {
            bakery.NoteStopped(name);
            throw;
        }
    }

    private sealed class AtTheEnd(Action what) : IDisposable
    {
        public void Dispose() => what();
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
