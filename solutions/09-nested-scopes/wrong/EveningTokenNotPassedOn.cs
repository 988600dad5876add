// caught by: TheEveningHasItsLimit — An inner scope follows the outer one only if
/// <summary>Exercise 09: one limit for each call, one for the evening, and no line left open.</summary>
public static class NestedScopes
{
    public static async Task RunAsync(PhoneRound round, CancellationToken token)
    {
        var tally = new Tally();

        var inTime = await TimeoutScope.TryRunAsync(round.EveningLimit, evening => TaskGroup.RunAsync(async group =>
        {
            for (var i = 1; i <= round.VolunteerCount; i++)
            {
                var volunteer = i;
                group.Start(t => CallAllAsync(round, volunteer, tally, t), $"volunteer {i}");
            }
        }, token), token);

        if (inTime)
            round.ReportDone(tally.Reached, tally.GivenUp);
        else
            round.ReportTimeout(tally.Reached, tally.GivenUp);
    }

    private static async Task CallAllAsync(PhoneRound round, int volunteer, Tally tally, CancellationToken token)
    {
        foreach (var member in round.ListOf(volunteer))
        {
            try
            {
                // False for this call's own limit only: the end of the evening goes through as a cancellation.
                if (await TimeoutScope.TryRunAsync(round.CallLimit, call => round.CallAsync(member, call.Token), token))
                {
                    tally.Reached++;
                }
                else
                {
                    tally.GivenUp++;
                    round.NoteGivenUp(member);
                }
            }
            finally
            {
                await HangUpAsync(round, member);
            }
        }
    }

    private static async Task HangUpAsync(PhoneRound round, int member)
    {
        try
        {
            await Shield.RunAsync(t => round.HangUpAsync(member, t), round.HangUpLimit);
        }
        catch (TimeoutException) // the shield's own limit
        {
            round.PullPlug(member);
        }
    }

    private sealed class Tally
    {
        public int Reached { get; set; }

        public int GivenUp { get; set; }
    }
}
