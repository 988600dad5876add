// right: no library at all: a channel, Task.WhenAll, a source that the alarm cancels, interlocked counters
using System.Threading.Channels;

public static class EnforceADeadline
{
    public static async Task RunAsync(Ferry ferry, CancellationToken token)
    {
        using var departure = new CancellationTokenSource(ferry.BoardingTime, ferry.Clock);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(departure.Token, token);
        var (unloaded, loaded) = (0, 0);
        var quay = ferry.QuaySize is { } size ? Channel.CreateBounded<Crate>(size) : Channel.CreateUnbounded<Crate>();

        try
        {
            await ferry.LowerRampAsync(stop.Token);
            await Task.WhenAll(Enumerable.Range(0, ferry.DockerCount).Select(_ => LoadAsync()).Prepend(UnloadAsync()));
            ferry.ReportDone(unloaded, loaded);
        }
        catch (OperationCanceledException) when (departure.IsCancellationRequested && !token.IsCancellationRequested)
        {
            ferry.ReportTimeout(unloaded, loaded);
        }

        async Task UnloadAsync()
        {
            foreach (var number in Enumerable.Range(1, ferry.CrateCount))
            {
                var crate = await ferry.UnloadAsync(number, stop.Token);
                Interlocked.Increment(ref unloaded);
                await quay.Writer.WriteAsync(crate, stop.Token);
            }

            quay.Writer.Complete();
        }

        async Task LoadAsync()
        {
            await foreach (var crate in quay.Reader.ReadAllAsync(stop.Token))
            {
                await ferry.LoadAsync(crate, stop.Token);
                Interlocked.Increment(ref loaded);
            }
        }
    }
}
