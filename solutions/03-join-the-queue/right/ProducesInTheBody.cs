// right: the group's body is the counter itself; nothing but the presses needs a child
public static class JoinTheQueue
{
    public static Task RunAsync(PrintShop shop, CancellationToken token) =>
        TaskGroup.RunAsync(async group =>
        {
            var tray = new JoinableQueue<Order>(shop.TraySize);
            foreach (var i in Enumerable.Range(1, shop.PressCount))
            {
                group.Start(
                    async t =>
                    {
                        while (true)
                            await PrintNextAsync(shop, tray, t);
                    },
                    $"press {i}");
            }

            for (var number = 1; number <= shop.OrderCount; number++)
                await tray.PutAsync(await shop.ReceiveOrderAsync(number, group.Token), group.Token);

            await tray.JoinAsync(group.Token);
            group.Cancel();
        }, token);

    private static async Task PrintNextAsync(PrintShop shop, JoinableQueue<Order> tray, CancellationToken token)
    {
        var order = await tray.GetAsync(token);
        try
        {
            await shop.PrintAsync(order, token);
        }
        catch (BrokenOrderException e)
        {
            shop.Refund(e.Order);
        }
        finally
        {
            tray.MarkDone();
        }
    }
}
