// caught by: TheRunEnds — before a carrier is there
public static class StopWithSentinels
{
    public static async Task RunAsync(PostOffice office, CancellationToken token)
    {
        var belt = new JoinableQueue<QueueMessage<Parcel>>(office.BeltLength) { Name = "belt" };

        await TaskGroup.RunAsync(async group =>
        {
            await TakeParcelsAsync(office, belt, group.Token);
            for (var i = 1; i <= office.CarrierCount; i++)
                group.Start(t => DeliverParcelsAsync(office, belt, t), $"carrier {i}");
        }, token);
    }

    private static async Task TakeParcelsAsync(PostOffice office, JoinableQueue<QueueMessage<Parcel>> belt, CancellationToken token)
    {
        for (var number = 1; number <= office.ParcelCount; number++)
        {
            var parcel = await office.ReceiveParcelAsync(number, token);
            await belt.PutAsync(new QueueMessage<Parcel>.Item(parcel), token);
        }

        for (var i = 1; i <= office.CarrierCount; i++)
            await belt.PutAsync(new QueueMessage<Parcel>.Stop(), token);
    }

    private static async Task DeliverParcelsAsync(PostOffice office, JoinableQueue<QueueMessage<Parcel>> belt, CancellationToken token)
    {
        while (true)
        {
            switch (await belt.GetAsync(token))
            {
                case QueueMessage<Parcel>.Item(var parcel):
                    await office.DeliverAsync(parcel, token);
                    break;
                case QueueMessage<Parcel>.Stop:
                    return;
            }
        }
    }
}
