/// <summary>Exercise 02: tell every carrier when the last parcel is out, so that all of them go home. The task is told in README.md.</summary>
public static class StopWithSentinels
{
    public static async Task RunAsync(PostOffice office, CancellationToken token)
    {
        var belt = new JoinableQueue<QueueMessage<Parcel>>(office.BeltLength) { Name = "belt" };

        await TaskGroup.RunAsync(async group =>
        {
            group.Start(t => TakeParcelsAsync(office, belt, t), "desk");
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

        // TODO 1: no more parcels will come. Who has to know, and how many are they?
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

                    // TODO 2: and what when it is the word to stop?
            }
        }
    }
}
