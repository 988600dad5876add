// right: no library at all: linked sources for both limits, a fresh source for the clean-up, Task.WhenAll
public static class NestedScopes
{
    public static async Task RunAsync(PhoneRound round, CancellationToken token)
    {
        var (reached, givenUp) = (0, 0);
        using var evening = CancellationTokenSource.CreateLinkedTokenSource(token);
        evening.CancelAfter(round.EveningLimit);
        try
        {
            await Task.WhenAll(Enumerable.Range(1, round.VolunteerCount).Select(CallAllAsync));
        }
        catch (OperationCanceledException) when (!token.IsCancellationRequested)
        {
            round.ReportTimeout(reached, givenUp);
            return;
        }

        round.ReportDone(reached, givenUp);

        async Task CallAllAsync(int volunteer)
        {
            foreach (var member in round.ListOf(volunteer))
            {
                using var call = CancellationTokenSource.CreateLinkedTokenSource(evening.Token);
                call.CancelAfter(round.CallLimit);
                try
                {
                    evening.Token.ThrowIfCancellationRequested();
                    try
                    {
                        await round.CallAsync(member, call.Token);
                        Interlocked.Increment(ref reached);
                    }
                    finally
                    {
                        await HangUpAsync(member);
                    }
                }
                catch (OperationCanceledException) when (call.IsCancellationRequested && !evening.IsCancellationRequested)
                {
                    Interlocked.Increment(ref givenUp);
                    round.NoteGivenUp(member);
                }
            }
        }

        async Task HangUpAsync(int member)
        {
            using var limit = new CancellationTokenSource(round.HangUpLimit, round.Clock);
            try
            {
                await round.HangUpAsync(member, limit.Token);
            }
            catch (OperationCanceledException)
            {
                round.PullPlug(member);
            }
        }
    }
}
