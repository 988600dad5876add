// right: items with an order in them, a child for each, a second queue beside the tray, and Task.WhenAll over what they end with
public static class JoinTheQueue
{
    private sealed record Job(Order Order, string Customer);

    public static async Task RunAsync(PrintShop shop, CancellationToken token)
    {
        var refunds = new JoinableQueue<Order>();
        var tray = new JoinableQueue<Job>(shop.TraySize);
        await TaskGroup.RunAsync(async group =>
        {
            var cashier = group.Start(
                async t =>
                {
                    while (true)
                    {
                        shop.Refund(await refunds.GetAsync(t));
                        refunds.MarkDone();
                    }
                },
                "cashier");

            var jobs = new List<Task>();
            for (var number = 1; number <= shop.OrderCount; number++)
            {
                await tray.PutAsync(new Job(await shop.ReceiveOrderAsync(number, group.Token), $"customer {number}"), group.Token);
                jobs.Add(group.Start(t => PrintNextAsync(shop, tray, refunds, t)).Completion);
                if (jobs.Count(job => !job.IsCompleted) >= shop.PressCount)
                    await Task.WhenAny(jobs.Where(job => !job.IsCompleted));
            }

            await Task.WhenAll(jobs).WaitAsync(TimeSpan.FromHours(12), shop.Clock, group.Token);
            await Task.WhenAll(tray.JoinAsync(group.Token), refunds.JoinAsync(group.Token));
            cashier.Cancel();
        }, token);
    }

    private static async Task PrintNextAsync(PrintShop shop, JoinableQueue<Job> tray, JoinableQueue<Order> refunds, CancellationToken token)
    {
        var job = await tray.GetAsync(token);
        try
        {
            await shop.PrintAsync(job.Order, token);
        }
        catch (BrokenOrderException)
        {
            await refunds.PutAsync(job.Order, token);
        }
        finally
        {
            tray.MarkDone();
        }
    }
}
