// right: the belt is wrapped into a class, and a carrier reads parcels from it until the stream ends
using System.Runtime.CompilerServices;

public static class StopWithSentinels
{
    public static Task RunAsync(PostOffice office, CancellationToken token)
    {
        var belt = new Belt(office.BeltLength);
        return TaskGroup.RunAsync(
            async group =>
            {
                foreach (var name in Enumerable.Range(1, office.CarrierCount).Select(i => $"carrier {i}"))
                {
                    group.Start(
                        async t =>
                        {
                            await foreach (var parcel in belt.ParcelsAsync(t))
                            {
                                Console.WriteLine($"{name} takes {parcel}");
                                await office.DeliverAsync(parcel, t).ConfigureAwait(false);
                            }
                        },
                        name);
                }

                var desk = group.Start(
                    async t =>
                    {
                        for (var number = 1; number <= office.ParcelCount; number++)
                            await belt.PutAsync(await office.ReceiveParcelAsync(number, t), t);
                    },
                    "desk");
                await desk.Completion;
                await belt.CloseAsync(office.CarrierCount, group.Token);
            },
            token);
    }

    private sealed class Belt(int? length)
    {
        private readonly JoinableQueue<QueueMessage<Parcel>> _queue = new(length);

        public ValueTask PutAsync(Parcel parcel, CancellationToken token) => _queue.PutAsync(new QueueMessage<Parcel>.Item(parcel), token);

        public async Task CloseAsync(int carriers, CancellationToken token)
        {
            while (carriers-- > 0)
                await _queue.PutAsync(new QueueMessage<Parcel>.Stop(), token);
        }

        public async IAsyncEnumerable<Parcel> ParcelsAsync([EnumeratorCancellation] CancellationToken token = default)
        {
            while (await _queue.GetAsync(token) is QueueMessage<Parcel>.Item { Value: var parcel })
                yield return parcel;
        }
    }
}
