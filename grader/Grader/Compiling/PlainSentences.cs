using Microsoft.CodeAnalysis;

namespace Grader;

/// <summary>The commonest errors of the compiler, said in one plain sentence each.</summary>
internal static class PlainSentences
{
    // {0}, {1} … are the compiler's own arguments.
    private static readonly Dictionary<string, string> s_sentences = new(StringComparer.Ordinal)
    {
        ["CS1002"] = "A ';' is missing at the end of the statement.",
        ["CS1513"] = "A '}' is missing: a block that was opened is never closed.",
        ["CS1514"] = "A '{' is missing.",
        ["CS1026"] = "A ')' is missing.",
        ["CS0103"] = "Nothing called '{0}' is known here: is it spelt right, and declared inside a block that this line belongs to?",
        ["CS0246"] = "There is no type called '{0}': is it spelt right?",
        ["CS1061"] = "'{0}' has no member called '{1}'.",
        ["CS0117"] = "'{0}' has no member called '{1}'.",
        ["CS4033"] = "'await' may only stand in a method that is marked 'async'.",
        ["CS4032"] = "'await' may only stand in a method that is marked 'async'.",
        ["CS4034"] = "'await' may only stand in a lambda that is marked 'async': write 'async' in front of its parameters.",
        ["CS1501"] = "'{0}' cannot be called with {1} arguments.",
        ["CS7036"] = "An argument is missing in a call of '{1}': it needs one for '{0}'.",
        ["CS1503"] = "Argument {0} must be '{2}', but is '{1}'.",
        ["CS0029"] = "A '{0}' cannot be used as a '{1}'.",
        ["CS0161"] = "'{0}' has ways to its end that return nothing.",
        ["CS0165"] = "'{0}' is read before it was given a value on every way to this line.",
        ["CS0128"] = "There is a variable called '{0}' in this block already.",
        ["CS0136"] = "There is a variable called '{0}' around this block already: choose another name.",
        ["CS0120"] = "'{0}' belongs to an object: name the object in front of it.",
        ["CS8805"] = "Statements stand outside of any class: they belong into a method.",
        ["CS4008"] = "What is called here returns nothing that could be awaited.",
    };

    public static string For(Diagnostic diagnostic)
    {
        var message = diagnostic.GetMessage();
        if (!s_sentences.TryGetValue(diagnostic.Id, out var sentence))
            return message.EndsWith('.') ? message : message + ".";

        // The arguments are not public; the message quotes most of them, in the order in which the sentences use them.
        var quoted = message.Split('\'').Where((_, i) => i % 2 == 1).ToArray();
        return diagnostic.Id switch
        {
            "CS1501" => Fill(quoted.ElementAtOrDefault(0), message.Split(' ').FirstOrDefault(word => int.TryParse(word, out _))),
            "CS1061" when quoted.ElementAtOrDefault(1) == "GetAwaiter" => $"'{quoted[0]}' cannot be awaited itself: look for a member of it that is a Task.",
            "CS1503" => Fill([message.Split(' ').ElementAtOrDefault(1)?.TrimEnd(':'), .. quoted]),
            _ => Fill(quoted),
        };

        string Fill(params string?[] arguments)
        {
            for (var i = 0; i < arguments.Length; i++)
                sentence = sentence!.Replace($"{{{i}}}", arguments[i], StringComparison.Ordinal);
            return sentence!.Contains('{') && sentence.Contains("}'", StringComparison.Ordinal) ? message + "." : sentence;
        }
    }
}
