// right: the volunteers share one list in a queue, and the body of the group counts what they bring back
public static class NestedScopes
{
    private enum Ending { Reached, GivenUp }

    public static async Task RunAsync(PhoneRound round, CancellationToken token)
    {
        var endings = new List<Ending>();
        var members = new JoinableQueue<int>();
        foreach (var member in Enumerable.Range(1, round.VolunteerCount).SelectMany(round.ListOf).Order())
            members.TryPut(member);
        members.Shutdown();

        Action<int, int> report = round.ReportDone;
        try
        {
            await TimeoutScope.RunAsync(round.EveningLimit, scope => TaskGroup.RunAsync(
                new TaskGroupOptions { Name = "evening" },
                async group =>
                {
                    for (var i = 1; i <= round.VolunteerCount; i++)
                    {
                        group.Start(async t =>
                        {
                            await foreach (var member in members.GetAllAsync(t))
                                endings.Add(await CallAsync(round, member, t));
                        });
                    }
                },
                scope.Token), token, round.Clock);
        }
        catch (TimeoutException)
        {
            report = round.ReportTimeout;
        }

        report(endings.Count(e => e == Ending.Reached), endings.Count(e => e == Ending.GivenUp));
    }

    private static async Task<Ending> CallAsync(PhoneRound round, int member, CancellationToken token)
    {
        await using var line = new Line(round, member);
        try
        {
            return await TimeoutScope.RunAsync(round.CallLimit, async scope =>
            {
                await round.CallAsync(member, scope.Token);
                return Ending.Reached;
            }, token);
        }
        catch (TimeoutException)
        {
            round.NoteGivenUp(member);
            return Ending.GivenUp;
        }
    }

    private sealed class Line(PhoneRound round, int member) : IAsyncDisposable
    {
        public async ValueTask DisposeAsync()
        {
            var hungUp = await Shield.RunAsync(shielded => TimeoutScope.TryRunAsync(round.HangUpLimit, limit => round.HangUpAsync(member, limit.Token), shielded));
            if (!hungUp)
                round.PullPlug(member);
        }
    }
}
