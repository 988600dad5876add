// right: one group for the presses, one inside it for those who bring orders; leaving the inner one means that everything was put
public static class JoinTheQueue
{
    public static async Task RunAsync(PrintShop shop, CancellationToken token)
    {
        var tray = new JoinableQueue<Order>(shop.TraySize);
        await TaskGroup.RunAsync(async presses =>
        {
            for (var i = 1; i <= shop.PressCount; i++)
            {
                presses.Start(async t =>
                {
                    for (; ; )
                    {
                        var order = await tray.GetAsync(t);
                        try
                        {
                            await shop.PrintAsync(order, t);
                        }
                        catch (Exception e) when (e is not OperationCanceledException)
                        {
                            shop.Refund(order);
                        }

                        tray.MarkDone();
                    }
                });
            }

            await TaskGroup.RunAsync(counters =>
            {
                // Two counters: odd and even numbers.
                foreach (var first in new[] { 1, 2 })
                {
                    counters.Start(async t =>
                    {
                        for (var number = first; number <= shop.OrderCount; number += 2)
                            await tray.PutAsync(await shop.ReceiveOrderAsync(number, t), t);
                    });
                }

                return Task.CompletedTask;
            }, presses.Token);

            await tray.JoinAsync(presses.Token);
            presses.Cancel("closing time");
        }, token);
    }
}
