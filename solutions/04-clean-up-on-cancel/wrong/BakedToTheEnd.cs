// caught by: TheRunEnds — goes on to its end
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
        try
        {
            for (var number = 1; number <= bakery.DoughCount; number++)
            {
                var dough = await bakery.MixAsync(number, token);
                await table.PutAsync(dough, token);
            }
        }
        catch (OperationCanceledException)
        {
            bakery.NoteStopped("mixer");
            throw;
        }
        finally
        {
            bakery.CloseTap();
        }
    }

    private static async Task BakeAsync(Bakery bakery, JoinableQueue<Dough> table, string name, CancellationToken token)
    {
        bakery.LightOven(name);
        try
        {
            while (true)
            {
                var dough = await table.GetAsync(token);
                try
                {
                    await bakery.BakeAsync(dough, CancellationToken.None);
                }
                finally
                {
                    table.MarkDone();
                }
            }
        }
        catch (OperationCanceledException)
        {
            bakery.NoteStopped(name);
            throw;
        }
        finally
        {
            await bakery.PutOutOvenAsync(name, CancellationToken.None);
        }
    }
}
