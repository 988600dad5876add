namespace StructuredConcurrency.Timelines;

/// <summary>The one release of plotly.js that pages load and that tests check figures with.</summary>
internal static class PlotlyScript
{
    public const string Version = "4.1.2";

    public const string Address = $"https://cdn.jsdelivr.net/npm/plotly.js-dist-min@{Version}/plotly.min.js";

    /// <summary>Digest of <c>plotly.min.js</c> in that release's npm package: a browser runs nothing else under its name.</summary>
    public const string Integrity = "sha384-hHv6D3tTUUBpp4tVv6t2Dc3oGuRhphmWOTKUR8jWyN0Pnon1g3iebKCNDNmKmxo8";
}
