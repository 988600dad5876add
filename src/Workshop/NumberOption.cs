using System.CommandLine;
using System.Globalization;
using System.Numerics;

namespace Workshop;

/// <summary>An option that takes a number within a range, and says so in plain words when it does not get one.</summary>
internal static class NumberOption
{
    public static Option<T> Create<T>(string name, string description, T standard, T least, T most)
        where T : struct, INumber<T> => new(name)
        {
            Description = $"{description} ({Text(least)} to {Text(most)})",
            DefaultValueFactory = _ => standard,
            CustomParser = argument =>
            {
                var text = argument.Tokens.Count == 1 ? argument.Tokens[0].Value : "";
                if (T.TryParse(text, NumberStyles.Float & ~NumberStyles.AllowExponent, CultureInfo.InvariantCulture, out var value) && value >= least && value <= most)
                    return value;
                var kind = T.IsInteger(T.CreateChecked(0.5)) ? "a whole number" : "a number";
                argument.AddError($"{name} {text}: must be {kind} from {Text(least)} to {Text(most)}");
                return standard;
            },
        };

    private static string Text<T>(T value)
        where T : struct, INumber<T> => value.ToString(null, CultureInfo.InvariantCulture);
}
