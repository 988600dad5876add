using System.Text;
using System.Text.Json.Nodes;

namespace Workshop.Notebooks.Tests;

public sealed class NotebookDocumentTests
{
    // As Jupyter saves it, with what trips writers up: an emoji, a line separator, control characters, a float, fields nobody knows.
    private const string AsJupyterSavesIt = """
        {
         "cells": [
          {
           "cell_type": "markdown",
           "id": "a1",
           "metadata": {
            "unknown": [
             1.0,
             1e5,
             {},
             []
            ]
           },
           "source": [
            "# Größe 🙂 <b>&amp;</b> \u001b[1m\n",
            "\"quoted\" \\ / 'x' + \t"
           ]
          },
          {
           "cell_type": "code",
           "execution_count": null,
           "id": "a2",
           "metadata": {},
           "outputs": [],
           "source": "1 + 1"
          }
         ],
         "metadata": {
          "kernelspec": {
           "name": ".net-csharp"
          }
         },
         "nbformat": 4,
         "nbformat_minor": 5
        }

        """;

    [Fact]
    public void ToBytes_UnchangedDocumentInJupytersLayout_IsWrittenAgainByteForByte()
    {
        var json = JsonNode.Parse(AsJupyterSavesIt)!;
        Assert.Equal(AsJupyterSavesIt, Encoding.UTF8.GetString(JupyterJson.Write(json)));
    }

    [Theory]
    [InlineData("{\"nbformat\":4,\"cells\":[]}")]
    [InlineData("\uFEFF{\r\n  \"cells\": [],\r\n  \"nbformat\": 4, \"zebra\": 1E+2\r\n}")]
    public void ToBytes_UnchangedDocumentOfAnyLayout_GivesTheOriginalBytes(string json) =>
        Assert.Equal(Encoding.UTF8.GetBytes(json), Notebooks.Parse(json).ToBytes());

    [Fact]
    public void ToBytes_OutputWithHalfACharacter_IsWrittenWithAReplacement()
    {
        var notebook = Notebooks.Parse("""{"nbformat":4,"cells":[{"cell_type":"code","metadata":{},"source":"1"}]}""");
        notebook.Cells[0].SetOutputs(null, [new JsonObject { ["output_type"] = "stream", ["name"] = "stdout", ["text"] = "half \ud83d" }]);
        Assert.Contains("half \ufffd", Encoding.UTF8.GetString(notebook.ToBytes()), StringComparison.Ordinal);
    }

    [Fact]
    public void SetOutputs_ChangedThenChangedBack_GivesTheOriginalBytes()
    {
        var notebook = Notebooks.Parse(AsJupyterSavesIt);
        notebook.Cells[1].SetOutputs(3, []);
        Assert.Contains("\"execution_count\": 3", Encoding.UTF8.GetString(notebook.ToBytes()), StringComparison.Ordinal);
        notebook.Cells[1].SetOutputs(null, []);
        Assert.Equal(AsJupyterSavesIt, Encoding.UTF8.GetString(notebook.ToBytes()));
    }

    [Theory]
    [InlineData("{\r\n\t\"nbformat\": 4, \"x\": \"\\u00e9\\/\",\r\n\t\"cells\" : [ {\r\n\t\t\t\"outputs\": OUT, \"cell_type\": \"code\", \"zebra\": 1E+2,\r\n\t\t\t\"execution_count\":NUM,\"source\": \"1\" } ], \"nbformat_minor\": 4 }",
        "[\r\n\t\t\t\t{\r\n\t\t\t\t\t\"text\": \"é\"\r\n\t\t\t\t}\r\n\t\t\t]")]
    [InlineData("\uFEFF{\"cells\":[{\"execution_count\":NUM,\"outputs\":OUT,\"cell_type\":\"code\",\"metadata\":{\"outputs\":[1]},\"source\":\"cells\"}],\"nbformat\":4,\"cell\":{\"outputs\":[]}}",
        "[{\"text\":\"é\"}]")]
    public void SetOutputs_FileOfAnotherLayout_ChangesNothingButTheOutputs(string layout, string outputs)
    {
        var notebook = Notebooks.Parse(layout.Replace("OUT", "[ ]", StringComparison.Ordinal).Replace("NUM", "null", StringComparison.Ordinal));
        notebook.Cells[0].SetOutputs(12, [new JsonObject { ["text"] = "é" }]);
        Assert.Equal(
            layout.Replace("OUT", outputs, StringComparison.Ordinal).Replace("NUM", "12", StringComparison.Ordinal), Encoding.UTF8.GetString(notebook.ToBytes()));
        Assert.Equal(notebook.ToBytes(), notebook.Clone().ToBytes());
    }

    [Fact]
    public void SetOutputs_CellWithoutTheMembers_PutsThemWhereJupyterWould()
    {
        var notebook = Notebooks.Parse("""{"nbformat":4,"cells":[{"cell_type":"code","metadata":{},"source":"1"}]}""");
        notebook.Cells[0].SetOutputs(1, []);
        Assert.Equal(["cell_type", "execution_count", "metadata", "outputs", "source"],
            JsonNode.Parse(notebook.ToBytes())!["cells"]![0]!.AsObject().Select(member => member.Key));
    }

    [Fact]
    public void Cells_LoadedDocument_ReadSourceTagsAndTitle()
    {
        var notebook = Notebooks.Of(Notebooks.Prose("intro\n# The title\n"), Notebooks.Code("var x = 1;\nx", "raises-exception"));
        Assert.Equal("The title", notebook.Title);
        Assert.Equal("var x = 1;\nx", notebook.Cells[1].Source);
        Assert.Equal(["raises-exception"], notebook.Cells[1].Tags);
    }

    [Theory]
    [InlineData("", "lesson.ipynb: the file is empty")]
    [InlineData("[]", "lesson.ipynb: a notebook is a JSON object, this is a list")]
    [InlineData("null", "lesson.ipynb: a notebook is a JSON object, this is null")]
    [InlineData("{}", "lesson.ipynb: it has no number 'nbformat', so it is no notebook")]
    [InlineData("{\"nbformat\":3}", "lesson.ipynb: nbformat 3 is too old; open and save the notebook in Jupyter, which makes it nbformat 4")]
    [InlineData("{\"nbformat\":5}", "lesson.ipynb: nbformat 5 is newer than nbformat 4, the only one known here")]
    [InlineData("{\"nbformat\":4}", "lesson.ipynb: it has no list 'cells'")]
    [InlineData("{\"nbformat\":4,\"cells\":[1]}", "lesson.ipynb: cell 1 is a number, not a JSON object")]
    [InlineData("{\"nbformat\":4,\"cells\":[{}]}", "lesson.ipynb: cell 1 has no 'cell_type'")]
    [InlineData("{\"nbformat\":4,\"cells\":[{\"cell_type\":\"heading\"}]}", "lesson.ipynb: cell 1 has the cell_type 'heading'; known are code, markdown and raw")]
    [InlineData("{\"nbformat\":4,\"cells\":[{\"cell_type\":\"code\"}]}", "lesson.ipynb: cell 1 has no 'source' (a text or a list of lines)")]
    [InlineData("{\"nbformat\":4,\"cells\":[{\"cell_type\":\"code\",\"source\":[1]}]}", "lesson.ipynb: cell 1 has no 'source' (a text or a list of lines)")]
    [InlineData("{\"nbformat\":4,\"cells\":[{\"cell_type\":\"code\",\"source\":\"\",\"outputs\":[1]}]}", "lesson.ipynb: cell 1 has 'outputs' that are not a list of JSON objects")]
    [InlineData("{\"nbformat\":4,\"cells\":[],\"x\":\"\\ud83d\"}", "lesson.ipynb: a text in it holds half a character (a lone surrogate)")]
    public void Parse_NotANotebook_SaysWhatIsWrongInOneLine(string json, string message) =>
        Assert.Equal(message, Assert.Throws<NotebookFormatException>(() => Notebooks.Parse(json)).Message);

    [Theory]
    [InlineData("{\n \"cells\": [\n }", "lesson.ipynb: not JSON at line 3, column 2: ")]
    [InlineData("{\"a\":1,\"a\":2}", "lesson.ipynb: not JSON")]
    public void Parse_NotJson_SaysTheLineAndColumn(string json, string beginning)
    {
        var message = Assert.Throws<NotebookFormatException>(() => Notebooks.Parse(json)).Message;
        Assert.StartsWith(beginning, message, StringComparison.Ordinal);
        Assert.DoesNotContain("BytePositionInLine", message, StringComparison.Ordinal);
    }
}
