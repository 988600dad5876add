/// <summary>Exercise 04: leave the bakery in order when the alarm goes. The task is told in README.md.</summary>
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
        // TODO 1: whichever way this is left, the tap must be closed. If it is left because of the alarm, that has to be noted, and said on.
        bakery.OpenTap();
        for (var number = 1; number <= bakery.DoughCount; number++)
        {
            var dough = await bakery.MixAsync(number, token);
            await table.PutAsync(dough, token);
        }

        bakery.CloseTap();
    }

    private static async Task BakeAsync(Bakery bakery, JoinableQueue<Dough> table, string name, CancellationToken token)
    {
        // TODO 2: the same with the oven.
        bakery.LightOven(name);
        while (true)
        {
            var dough = await table.GetAsync(token);

            // TODO 3: a dough that was taken must be marked done, also when the alarm goes while it is in the oven.
            await bakery.BakeAsync(dough, token);
            table.MarkDone();
        }
    }
}
