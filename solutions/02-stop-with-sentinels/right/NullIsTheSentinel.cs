// right: null for a sentinel, on a belt without a name, beside another queue; the desk is the body of the group
public static class StopWithSentinels
{
    public static async Task RunAsync(PostOffice office, CancellationToken token)
    {
        var receipts = new JoinableQueue<string>();
        await TaskGroup.RunAsync(async group =>
        {
            var belt = new JoinableQueue<Parcel?>(office.BeltLength);
            foreach (var name in Enumerable.Range(1, office.CarrierCount).Select(i => $"carrier {i}"))
            {
                group.Start(
                    async t =>
                    {
                        while (await belt.GetAsync(t) is { } parcel)
                        {
                            await office.DeliverAsync(parcel, t);
                            await receipts.PutAsync($"{name}: {parcel}", t);
                        }

                        office.Say($"{name} goes home");
                    },
                    name);
            }

            for (var number = 1; number <= office.ParcelCount; number++)
                await belt.PutAsync(await office.ReceiveParcelAsync(number, group.Token), group.Token);
            for (var i = 0; i < office.CarrierCount; i++)
                await belt.PutAsync(null, group.Token);
        }, token);
        office.Say($"{receipts.Count} receipts");
    }
}
