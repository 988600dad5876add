// right: nothing is cancelled; each press takes a signal after the last order, marks it done as well, and goes home
public static class JoinTheQueue
{
    public static async Task RunAsync(PrintShop shop, CancellationToken token)
    {
        var tray = new JoinableQueue<Order?>(shop.TraySize);
        await TaskGroup.RunAsync(async group =>
        {
            for (var i = 1; i <= shop.PressCount; i++)
                group.Start(t => PressAsync(shop, tray, t), $"press {i}");

            for (var number = 1; number <= shop.OrderCount; number++)
                await tray.PutAsync(await shop.ReceiveOrderAsync(number, group.Token), group.Token);
            for (var i = 1; i <= shop.PressCount; i++)
                await tray.PutAsync(null, group.Token);
            await tray.JoinAsync(group.Token);
        }, token);
    }

    private static async Task PressAsync(PrintShop shop, JoinableQueue<Order?> tray, CancellationToken token)
    {
        while (true)
        {
            var order = await tray.GetAsync(token);
            try
            {
                if (order is null)
                    return;
                await shop.PrintAsync(order, token);
            }
            catch (BrokenOrderException broken)
            {
                shop.Refund(broken.Order);
            }
            finally
            {
                tray.MarkDone();
            }
        }
    }
}
