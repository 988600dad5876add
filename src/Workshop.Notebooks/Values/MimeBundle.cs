using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Workshop.Notebooks;

/// <summary>One value in every form it has, by mime type; <c>text/plain</c> is always among them.</summary>
/// <remarks>Every form is text here: JSON forms as their JSON text, images as base64.</remarks>
public sealed class MimeBundle
{
    /// <summary>The form that every bundle has.</summary>
    public const string PlainText = "text/plain";

    private readonly SortedDictionary<string, string> _forms = new(StringComparer.Ordinal);

    /// <summary>A bundle of <paramref name="text"/> and the forms given.</summary>
    /// <exception cref="ArgumentException">A form with a JSON mime type is not JSON.</exception>
    public MimeBundle(string text, params IEnumerable<KeyValuePair<string, string>> forms)
    {
        ArgumentNullException.ThrowIfNull(text);
        ArgumentNullException.ThrowIfNull(forms);
        _forms[PlainText] = text;
        foreach (var (mimeType, data) in forms)
        {
            if (IsJson(mimeType))
                RequireJson(mimeType, data);
            _forms[mimeType] = data;
        }
    }

    /// <summary>The plain text form.</summary>
    public string Text => _forms[PlainText];

    /// <summary>All forms, ordered by mime type.</summary>
    public IReadOnlyDictionary<string, string> Forms => _forms;

    /// <summary>Gets the form of one mime type.</summary>
    public bool TryGet(string mimeType, [MaybeNullWhen(false)] out string data) => _forms.TryGetValue(mimeType, out data);

    /// <summary>The <c>data</c> of a Jupyter message: JSON forms as JSON, all others as strings.</summary>
    public JsonObject ToJson()
    {
        var data = new JsonObject();
        foreach (var (mimeType, form) in _forms)
            data.Add(mimeType, IsJson(mimeType) ? JsonNode.Parse(form) : form);
        return data;
    }

    internal static bool IsJson(string mimeType) =>
        mimeType == "application/json" || mimeType.EndsWith("+json", StringComparison.Ordinal);

    private static void RequireJson(string mimeType, string data)
    {
        try
        {
            using var _ = JsonDocument.Parse(data);
        }
        catch (JsonException exception)
        {
            throw new ArgumentException($"The form {mimeType} is not JSON: {exception.Message}", nameof(data), exception);
        }
    }
}
