// right: a line is something that is disposed, with a limit of its own
/// <summary>Exercise 09: one limit for each call, one for the evening, and no line left open.</summary>
public static class NestedScopes
{
    public static async Task RunAsync(PhoneRound round, CancellationToken token)
    {
        var evening = new Evening();
        try
        {
            await TimeoutScope.RunAsync(round.EveningLimit, scope => TaskGroup.RunAsync(group =>
            {
                foreach (var volunteer in Enumerable.Range(1, round.VolunteerCount))
                    group.Start(t => evening.CallAllAsync(round, volunteer, t));
                return Task.CompletedTask;
            }, scope.Token), token);
            round.ReportDone(evening.Reached, evening.GivenUp);
        }
        catch (TimeoutException)
        {
            round.ReportTimeout(evening.Reached, evening.GivenUp);
        }
    }
}

public sealed class Evening
{
    private int _reached, _givenUp;

    public int Reached => _reached;
    public int GivenUp => _givenUp;

    public async Task CallAllAsync(PhoneRound round, int volunteer, CancellationToken token)
    {
        foreach (var member in round.ListOf(volunteer))
        {
            token.ThrowIfCancellationRequested();
            await using var line = new Line(round, member);
            try
            {
                await TimeoutScope.RunAsync(round.CallLimit, scope => round.CallAsync(member, scope.Token), token);
                Interlocked.Increment(ref _reached);
            }
            catch (TimeoutException)
            {
                Interlocked.Increment(ref _givenUp);
                round.NoteGivenUp(member);
            }
        }
    }
}

public sealed class Line(PhoneRound round, int member) : IAsyncDisposable
{
    public async ValueTask DisposeAsync()
    {
        using var limit = new CancellationTokenSource(round.HangUpLimit, round.Clock);
        try
        {
            await round.HangUpAsync(member, limit.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            round.PullPlug(member);
        }
    }
}
