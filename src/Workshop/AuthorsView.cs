using System.Text.Encodings.Web;
using System.Text.Json;
using Checks;
using Grader;

namespace Workshop;

/// <summary><c>workshop check --authors</c>: a line for each answer in <c>solutions</c>, as soon as it is judged.</summary>
internal static class AuthorsView
{
    private static readonly JsonSerializerOptions s_json = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static async Task<int> RunAsync(IReadOnlyList<ExerciseInfo> exercises, CheckOptions options, bool json, CancellationToken token)
    {
        using var interrupt = Interrupt.Listen(token);
        var judged = new List<AuthorsVerdict>();
        foreach (var exercise in exercises)
        {
            var answers = AuthorsCheck.AnswersOf(exercise, options.Root!);
            if (!json)
                Console.WriteLine($"{exercise.Number} {exercise.Title}");
            foreach (var answer in answers)
            {
                judged.Add(await AuthorsCheck.JudgeAsync(answer, options, interrupt.Token));
                if (!json)
                    Print(judged[^1]);
            }
        }

        var wrong = judged.Count(one => one.Problem is not null);
        Console.WriteLine(json ? ToJson(judged) : $"\n{judged.Count - wrong} of {judged.Count} answers are judged as they should be.");
        return wrong == 0 ? 0 : 1;
    }

    private static void Print(AuthorsVerdict judged)
    {
        var (name, kind) = (judged.Answer.Name, judged.Answer.Kind);
        Console.WriteLine(judged.Problem is null
            ? $"   ok      {name}: {(kind == AnswerKind.Wrong ? $"caught by {judged.Report.FirstFailure!.Name}" : CheckVerb.Word(judged.Report.Verdict))}"
            : $"   WRONG   {name}: {judged.Problem}");
    }

    private static string ToJson(List<AuthorsVerdict> judged) => JsonSerializer.Serialize(
        judged.Select(one => new
        {
            exercise = one.Answer.Exercise.Slug,
            file = one.Answer.Name,
            kind = JsonNamingPolicy.KebabCaseLower.ConvertName(one.Answer.Kind.ToString()),
            verdict = one.Report.Verdict,
            check = one.Report.FirstFailure?.Name,
            problem = one.Problem,
        }),
        s_json);
}
