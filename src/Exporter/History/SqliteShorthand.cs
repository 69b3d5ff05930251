using Microsoft.Data.Sqlite;

namespace Exporter.History;

/// <summary>Short forms for statements without parameters.</summary>
internal static class SqliteShorthand
{
#pragma warning disable CA2100 // Only texts of this program are executed; what comes from outside goes in as parameters.
    public static void Execute(this SqliteConnection connection, string sql, SqliteTransaction? transaction = null)
    {
        using var command = connection.CreateCommand();
        (command.CommandText, command.Transaction) = (sql, transaction);
        command.ExecuteNonQuery();
    }

    public static long Scalar(this SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        return command.ExecuteScalar() is long value ? value : 0;
    }

    /// <summary>A statement that is run again and again.</summary>
    public static SqliteCommand Prepare(
        this SqliteConnection connection,
        string sql,
        SqliteTransaction? transaction,
        params ReadOnlySpan<string> parameters
    )
    {
        var command = connection.CreateCommand();
        (command.CommandText, command.Transaction) = (sql, transaction);
        foreach (var parameter in parameters)
        {
            command.Parameters.Add(new SqliteParameter { ParameterName = parameter });
        }

        return command;
    }
#pragma warning restore CA2100

    /// <summary>Sets the parameters in the order in which they were named.</summary>
    public static SqliteCommand Bind(this SqliteCommand command, params ReadOnlySpan<object?> values)
    {
        for (var i = 0; i < values.Length; i++)
        {
            command.Parameters[i].Value = values[i] ?? DBNull.Value;
        }

        return command;
    }
}
