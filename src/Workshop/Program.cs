using System.CommandLine;
using Grader;
using Workshop.Notebooks;

namespace Workshop;

/// <summary>The command line. Exit codes: 0 fine, 1 the answer is no, 2 bad usage or input, 70 a bug of ours, 130 stopped by Ctrl+C.</summary>
internal static class Program
{
    /// <summary>What people type to start it, in the kit's folder.</summary>
    public const string Name = "dotnet run --project src/Workshop --";

    public static async Task<int> Main(string[] args)
    {
        var start = StartVerb.Create();
        var root = new RootCommand("Structured concurrency in C#: a lesson to run, to see and to practise.")
        {
            start,
            LessonVerb.Create(),
            NotebookVerb.Create(),
            KernelVerb.Create(),
            CheckVerb.Create(),
            CrawlVerb.Create(),
            ReplayVerb.Create(),
            HintVerb.Create(),
            ResetVerb.Create(),
            ProgressVerb.Create(),
            TimelineVerb.Create(),
        };
        StartVerb.AddTo(root);

        var parsed = root.Parse(args);
        if (parsed.Errors.Count > 0 && parsed.Action is not System.CommandLine.Help.HelpAction)
        {
            var command = parsed.CommandResult.Command;
            var name = FullName(command, root);
            var message = parsed.UnmatchedTokens.Count > 0 && command == root
                ? $"there is no verb or option '{parsed.UnmatchedTokens[0]}'"
                : parsed.Errors[0].Message.TrimEnd('.');
            return Refuse($"{message}. See '{name} --help'.");
        }

        try
        {
            // Ctrl+C is each verb's own affair: a run ends with its counts, not with a killed process.
            return await parsed.InvokeAsync(new InvocationConfiguration { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null });
        }
        catch (Exception e) when (e is InputException or GraderInputException or KernelStartException)
        {
            return Refuse(e.Message);
        }
        catch (OperationCanceledException)
        {
            await Console.Error.WriteLineAsync("workshop: stopped.");
            return 130;
        }
        catch (Exception e) when (Innermost(e) is IOException or UnauthorizedAccessException)
        {
            // What the user named has been refused in words of its own by now: a full disk, an output that was closed, a folder of somebody else's.
            return Refuse($"cannot write: {Innermost(e).Message.TrimEnd('.')}.");
        }
        catch (Exception e)
        {
            await Console.Error.WriteLineAsync($"workshop: this is a bug of ours, please report it:\n{e}");
            return 70;
        }
    }

    /// <summary>What the user types for a command: <c>workshop notebook run</c>.</summary>
    private static string FullName(Symbol command, Command root) =>
        command == root ? "workshop" : $"{FullName(command.Parents.First(), root)} {command.Name}";

    private static Exception Innermost(Exception e) => e.InnerException is { } inner ? Innermost(inner) : e;

    private static int Refuse(string message)
    {
        Console.Error.WriteLine($"workshop: {message.ReplaceLineEndings(" ")}");
        return 2;
    }
}
