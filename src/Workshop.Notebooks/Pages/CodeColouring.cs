using System.Net;
using System.Text;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Classification;
using Microsoft.CodeAnalysis.Text;

namespace Workshop.Notebooks;

/// <summary>Colours the C# of one notebook as an editor would: by what names mean, not by how they look.</summary>
internal sealed class CodeColouring(string baseDirectory) : IDisposable
{
    private readonly AdhocWorkspace _workspace = new();
    private readonly SubmissionChain _cells = new(baseDirectory);

    /// <summary>HTML of a cell, which may use what the cells before it declared.</summary>
    public string OfCell(string code) => Colour(code, _cells);

    /// <summary>HTML of a piece of code in the prose, which stands for itself.</summary>
    public string OfSnippet(string code) => Colour(code, new SubmissionChain(baseDirectory));

    public void Dispose() => _workspace.Dispose();

    private string Colour(string code, SubmissionChain chain)
    {
        var model = chain.Understand(code);
        var html = new StringBuilder();
        var end = 0;
#pragma warning disable CS0618 // The newer form wants a document of a project; a chain of cells has compilations.
        var spans = Classifier.GetClassifiedSpans(model, new TextSpan(0, code.Length), _workspace);
#pragma warning restore CS0618
        foreach (var span in spans.OrderBy(span => span.TextSpan.Start))
        {
            // Some pieces are described twice, "method name" and "static symbol": the first that has a colour is shown.
            if (ClassOf(span.ClassificationType) is not { } cssClass || span.TextSpan.Start < end)
                continue;
            html.Append(WebUtility.HtmlEncode(code[end..span.TextSpan.Start]));
            html.Append($"<span class=\"{cssClass}\">{WebUtility.HtmlEncode(code[span.TextSpan.Start..span.TextSpan.End])}</span>");
            end = span.TextSpan.End;
        }
        return html.Append(WebUtility.HtmlEncode(code[end..])).ToString();
    }

    private static string? ClassOf(string classification) => classification switch
    {
        ClassificationTypeNames.Keyword => "k",
        ClassificationTypeNames.ControlKeyword => "k kc",
        ClassificationTypeNames.PreprocessorKeyword or ClassificationTypeNames.PreprocessorText => "p",
        ClassificationTypeNames.ClassName or ClassificationTypeNames.RecordClassName or ClassificationTypeNames.RecordStructName
            or ClassificationTypeNames.StructName or ClassificationTypeNames.InterfaceName or ClassificationTypeNames.EnumName
            or ClassificationTypeNames.DelegateName or ClassificationTypeNames.TypeParameterName => "t",
        ClassificationTypeNames.MethodName or ClassificationTypeNames.ExtensionMethodName => "m",
        ClassificationTypeNames.StringLiteral or ClassificationTypeNames.VerbatimStringLiteral => "s",
        ClassificationTypeNames.StringEscapeCharacter => "s e",
        ClassificationTypeNames.NumericLiteral => "n",
        ClassificationTypeNames.Comment => "c",
        _ when classification.StartsWith("xml doc comment", StringComparison.Ordinal) => "c",
        _ => null,
    };
}
