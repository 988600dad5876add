/// <summary>Exercise 09: a scope that is given no token shields the hanging up as well: its own deadline alone ends it.</summary>
public static class NestedScopes
{
    public static async Task RunAsync(PhoneRound round, CancellationToken token)
    {
        var tallies = new Tally[round.VolunteerCount];
        var members = Enumerable.Range(1, round.VolunteerCount).Sum(v => round.ListOf(v).Count());
        await TimeoutScope.TryRunAsync(round.EveningLimit, evening => TaskGroup.RunAsync(async group =>
        {
            for (var i = 0; i < tallies.Length; i++)
            {
                var index = i;
                group.Start(t => CallAllAsync(round, index + 1, tally => tallies[index] = tally, t));
            }
            await Task.CompletedTask;
        }, evening.Token), token);

        var (reached, givenUp) = (tallies.Sum(t => t.Reached), tallies.Sum(t => t.GivenUp));
        if (reached + givenUp == members)
            round.ReportDone(reached, givenUp);
        else
            round.ReportTimeout(reached, givenUp);
    }

    private static async Task CallAllAsync(PhoneRound round, int volunteer, Action<Tally> note, CancellationToken token)
    {
        var tally = new Tally();
        foreach (var member in round.ListOf(volunteer))
        {
            if (token.IsCancellationRequested)
                break;
            bool? good = null;
            try
            {
                good = await TimeoutScope.TryRunAsync(round.CallLimit, async call => await round.CallAsync(member, call.Token), token);
            }
            catch (OperationCanceledException)
            {
            }

            tally = good switch { true => tally with { Reached = tally.Reached + 1 }, false => tally with { GivenUp = tally.GivenUp + 1 }, _ => tally };
            note(tally);
            if (good == false)
                round.NoteGivenUp(member);
            if (!await TimeoutScope.TryRunAsync(round.HangUpLimit, scope => round.HangUpAsync(member, scope.Token)))
                round.PullPlug(member);
        }
    }

    private readonly record struct Tally(int Reached, int GivenUp);
}
