// right: the presses are stopped by a source of their own, and end normally
public static class JoinTheQueue
{
    public static async Task RunAsync(PrintShop shop, CancellationToken token)
    {
        using var noon = new CancellationTokenSource();
        var tray = new JoinableQueue<Order>(shop.TraySize) { Name = "tray" };

        await TaskGroup.RunAsync(async group =>
        {
            var counter = group.Start(t => TakeOrdersAsync(shop, tray, t), "counter");
            for (var i = 1; i <= shop.PressCount; i++)
                group.Start(t => PrintUntilAsync(noon.Token, t), $"press {i}");

            await counter.Completion;
            await tray.JoinAsync(group.Token);
            noon.Cancel();
        }, token);

        async Task PrintUntilAsync(CancellationToken closing, CancellationToken t)
        {
            using var either = CancellationTokenSource.CreateLinkedTokenSource(closing, t);
            try
            {
                await PrintOrdersAsync(shop, tray, either.Token);
            }
            catch (OperationCanceledException) when (closing.IsCancellationRequested && !t.IsCancellationRequested)
            {
                Console.WriteLine("closed");
            }
        }
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
                shop.Refund(order);
            }
            finally
            {
                tray.MarkDone();
            }
        }
    }
}
