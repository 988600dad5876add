// caught by: EveryOrderTakenIsProcessed — right for one of them only
public static class JoinTheQueue
{
    public static async Task RunAsync(PrintShop shop, CancellationToken token)
    {
        var tray = new JoinableQueue<Order>(shop.TraySize) { Name = "tray" };

        await TaskGroup.RunAsync(async group =>
        {
            var counter = group.Start(t => TakeOrdersAsync(shop, tray, t), "counter");
            for (var i = 1; i <= shop.PressCount; i++)
                group.Start(t => PrintOrdersAsync(shop, tray, t), $"press {i}");

            await counter.Completion;
            await tray.JoinAsync(group.Token);
            group.Cancel("closing time");
        }, token);
    }

    private static async Task TakeOrdersAsync(PrintShop shop, JoinableQueue<Order> tray, CancellationToken token)
    {
        for (var number = 1; number <= shop.OrderCount; number++)
        {
            var order = await shop.ReceiveOrderAsync(number, token);
            await tray.PutAsync(order, token);
        }
    }

    private static async Task PrintOrdersAsync(PrintShop shop, JoinableQueue<Order> tray, CancellationToken token)
    {
        while (true)
        {
            var order = await tray.GetAsync(token);
            try
            {
                await shop.PrintAsync(order, token);
            }
            catch (BrokenOrderException)
            {
            }
            finally
            {
                shop.Refund(order);
                tray.MarkDone();
            }
        }
    }
}
