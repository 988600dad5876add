/// <summary>Exercise 09: one limit for each call, one for the evening, and no line left open. The task is told in README.md.</summary>
public static class NestedScopes
{
    public static async Task RunAsync(PhoneRound round, CancellationToken token)
    {
        var tally = new Tally();

        // TODO 1: the evening may take round.EveningLimit, from here on.
        await TaskGroup.RunAsync(async group =>
        {
            for (var i = 1; i <= round.VolunteerCount; i++)
            {
                var volunteer = i;
                group.Start(t => CallAllAsync(round, volunteer, tally, t), $"volunteer {i}");
            }
        }, token);

        // When the evening was over before the list, report that: round.ReportTimeout(…).
        round.ReportDone(tally.Reached, tally.GivenUp);
    }

    private static async Task CallAllAsync(PhoneRound round, int volunteer, Tally tally, CancellationToken token)
    {
        foreach (var member in round.ListOf(volunteer))
        {
            // TODO 2: a call may take round.CallLimit. If that is too short, note it, count it, and go on with the next member.
            await round.CallAsync(member, token);
            tally.Reached++;

            // TODO 3: the line must be closed, whatever ended the call.
            await HangUpAsync(round, member, token);
        }
    }

    private static async Task HangUpAsync(PhoneRound round, int member, CancellationToken token)
    {
        // TODO 4: this must be done even when all around it is being cancelled, but in round.HangUpLimit. After that, pull the plug.
        await round.HangUpAsync(member, token);
    }

    private sealed class Tally
    {
        public int Reached { get; set; }

        public int GivenUp { get; set; }
    }
}
