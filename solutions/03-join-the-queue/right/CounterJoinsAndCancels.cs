// right: the child that put everything knows best when to join; it stops the others, and itself ends normally
public static class JoinTheQueue
{
    public static async Task RunAsync(PrintShop shop, CancellationToken token)
    {
        var tray = new JoinableQueue<Order>(shop.TraySize);
        await TaskGroup.RunAsync(
            new TaskGroupOptions { Name = "shop" },
            group =>
            {
                group.Start(
                    async t =>
                    {
                        for (var number = 1; number <= shop.OrderCount; number++)
                            await tray.PutAsync(await shop.ReceiveOrderAsync(number, t), t);
                        await tray.JoinAsync(t);
                        group.Cancel("all orders are dealt with");
                    },
                    "counter");
                for (var i = 1; i <= shop.PressCount; i++)
                    group.Start(t => PressAsync(shop, tray, t), $"press {i}");
                return Task.CompletedTask;
            },
            token);
    }

    private static async Task PressAsync(PrintShop shop, JoinableQueue<Order> tray, CancellationToken token)
    {
        try
        {
            while (!token.IsCancellationRequested)
            {
                var order = await tray.GetAsync(token);
                try
                {
                    await shop.PrintAsync(order, token);
                    tray.MarkDone();
                }
                catch (BrokenOrderException)
                {
                    shop.Refund(order);
                    tray.MarkDone(); // the other way to the end of an order: each passes exactly one
                }
            }
        }
        catch (OperationCanceledException)
        {
            shop.Say("press stopped");
            throw;
        }
    }
}
